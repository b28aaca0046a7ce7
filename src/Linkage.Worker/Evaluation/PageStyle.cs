namespace Linkage.Worker.Evaluation;

/// <summary>The page's style sheet: colours that people with any colour vision tell apart, light or dark as the reader's system is, one column on a phone.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2126; --soft: #59636e; --grid: #e3e7eb; --box: #f5f7f9; --a: #1a5fb4; --b: #b4460f; --c: #1d7a46; }
        @media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e6e9ec; --soft: #a0abb6; --grid: #2c343c; --box: #1d2329; --a: #7fb5f5; --b: #f2a277; --c: #74d29d; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
        main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
        h2 { font-size: 1.15rem; margin: 0 0 .25rem; }
        p { margin: .25rem 0 .75rem; max-width: 46rem; }
        .soft, figcaption { color: var(--soft); font-size: .9rem; }
        .numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 2rem; padding: 0; }
        .numbers div { background: var(--box); border-radius: .5rem; padding: .75rem 1rem; }
        .numbers dt { color: var(--soft); font-size: .9rem; }
        .numbers dd { margin: 0; font-size: 1.45rem; font-variant-numeric: tabular-nums; }
        .numbers dd + dd { font-size: .85rem; color: var(--soft); }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 2rem 2.5rem; }
        section { margin: 0 0 2.25rem; min-width: 0; }
        .charts section { margin: 0; }
        .charts { margin: 0 0 2.25rem; }
        figure { margin: 0; }
        svg { display: block; width: 100%; max-width: 40rem; height: auto; }
        svg text { fill: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
        svg .tick, svg .note { fill: var(--soft); font-size: 12px; }
        svg .strong { font-weight: 600; }
        svg .name { fill: var(--soft); }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg .axis { stroke: var(--soft); stroke-width: 1; }
        svg .upright { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
        svg .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
        svg .line.a { stroke: var(--a); }
        svg .line.b { stroke: var(--b); stroke-dasharray: 7 3; }
        svg .line.c { stroke: var(--c); stroke-dasharray: 2 3; }
        svg .mark { stroke: var(--paper); stroke-width: 1; }
        svg .ring { fill: var(--paper); stroke-width: 2.5; }
        svg .mark.b { fill: var(--b); }
        svg .ring.b { stroke: var(--b); }
        svg .mark.c { fill: var(--c); }
        svg .fill-a { fill: var(--a); }
        svg .fill-b { fill: var(--b); }
        @media (max-width: 34rem) { svg .tick, svg .note, svg .name { font-size: 14px; } }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
        th { font-weight: 600; }
        thead th { color: var(--soft); vertical-align: bottom; white-space: normal; line-height: 1.25; }
        th:first-child, td.remark { text-align: left; }
        td.remark { color: var(--soft); }
        tr.marked td, tr.marked th { background: var(--box); }
        """;
}
