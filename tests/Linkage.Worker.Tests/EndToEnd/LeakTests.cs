using System.Security.Cryptography;
using System.Text;
using Linkage.Batches;
using Linkage.Worker.Tests.Synth;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>Nothing that runs leave behind, files, logs, reports and the terminal, holds an identifier that went in, in any form.</summary>
public sealed class LeakTests
{
    private static readonly string[] Innocent = ["surname", "forename"];

    [SkippableFact]
    public void No_identifier_is_in_anything_that_runs_leave_behind()
    {
        Duck.Require();
        using var study = new Study(seed: 301, records: 12_000, participants: 300, outside: 0.4, dirt: 0.5, batchRecords: 100);
        var work = Directory.CreateDirectory(Path.Combine(study.Folder, "work")).FullName;
        var left = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        void Keep(string name, Ended ended) => left.Add(name, Encoding.UTF8.GetBytes(ended.Output + ended.Error));
        Ended Run(params string[] arguments)
        {
            using var child = LinkageProgram.Start(arguments, work);
            return child.WaitForEnd();
        }

        var batches = study.Batches();
        var people = Recount.Of(batches);

        // Everything that goes wrong with people's data in reach: a registry from dirty lines, batches cut off, a crash, many rejects.
        var dirty = Path.Combine(study.Folder, "dirty.csv");
        File.WriteAllLines(dirty, Soiled(File.ReadAllLines(study.Participants)));
        Keep("registry build", Run("registry", "build", "--participants", dirty, "--keys", study.Keys, "--out", Path.Combine(study.Folder, "registry-of-dirty-lines")));
        using var broker = new Broker(4);
        using var control = new Broker(1);
        broker.Send(batches.SelectMany(static (b, i) => i % 10 == 3 ? new[] { b, b[..(b.Length * 2 / 3)], [.. b, 1] } : [b]));
        Send(broker, batches[0], cut: 0);
        Send(broker, batches[1], cut: 40);

        var output = study.NewOutput();
        using (var crashed = LinkageProgram.Start(study.RunArguments(broker, output, untilCaughtUp: false, ["Flush:MaxRows=1500", "Flush:MaxSeconds=86400"]), work))
        {
            crashed.Until(() => output.Entries("rejects").Length > 1, "a commit");
            Keep("crashed run", crashed.End(Child.BadSystemCall).Expect(128 + Child.BadSystemCall));
        }

        // However far the crashed run came, the next one meets a batch that it must reject.
        Send(broker, batches[1], cut: 40);
        var bare = Files(output.Path, "after the crash");
        Keep("run", Run(study.RunArguments(broker, output, untilCaughtUp: true, ["Rejects:MaxCount=0"])).Expect(3));
        var all = study.NewOutput();
        Keep("run with outsiders", Run(study.RunArguments(broker, all, untilCaughtUp: true, ["Output:Outsiders=keep"])).Expect(0));
        Assert.InRange(Assert.Single(all.Reports()).BatchesRejected, 10, batches.Count);
        Keep("verify", Run("verify", "--output", all.Path).Expect(0));
        Keep("broker", broker.Stop());
        foreach (var (name, bytes) in bare.Concat(Files(output.Path, "tables")).Concat(Files(all.Path, "tables with outsiders")).Concat(Dump(output, study)).Concat(Dump(all, study)))
        {
            left.Add(name, bytes);
        }

        foreach (var registry in Directory.GetFiles(study.Folder, "registry*"))
        {
            left.Add(Path.GetFileName(registry), File.ReadAllBytes(registry));
        }

        // Words that the program or the data, not people, bring: a run over nothing, and the codes, drugs and ids of the batches.
        var nothing = study.NewOutput();
        var words = new List<byte>(Encoding.UTF8.GetBytes(study.Run(control, nothing) is var ended ? ended.Output + ended.Error : ""));
        words.AddRange(Files(nothing.Path, "").SelectMany(static f => f.Value));
        words.AddRange(batches.SelectMany(Vocabulary));
        var scan = Scan(people, CsvRows.Read(File.ReadAllBytes(study.Participants)), new LeakScan(), []);
        var common = scan.Find([.. words]);
        Assert.All(common, static w => Assert.Contains(w.Split(' ')[0], Innocent));
        scan = Scan(people, CsvRows.Read(File.ReadAllBytes(study.Participants)), new LeakScan(), common);
        Assert.True(scan.Count > 5_000, $"only {scan.Count} things to look for");

        // The scan itself finds what it should, in the feed that went in.
        var visible = scan.Find([.. batches.SelectMany(static b => b)]);
        Assert.All(new[] { "nhs-number", "surname", "forename", "postcode" }, kind => Assert.Contains(visible, v => v.StartsWith(kind, StringComparison.Ordinal)));
        Assert.Contains(scan.Find(SHA256.HashData(Encoding.ASCII.GetBytes(people.Patients.Values.First(static p => p.NhsDigits.Length == 10).NhsDigits))), static v => v.StartsWith("sha-256", StringComparison.Ordinal));

        Assert.All(left, file => Assert.True(scan.Find(file.Value) is { Count: 0 }, $"{file.Key}: {string.Join("; ", scan.Find(file.Value).Take(5))}"));

        // A date of birth is a date like any other: only where no event's date may stand.
        var births = Births(people);
        Assert.All(left.Where(static f => !f.Key.Contains("gp_", StringComparison.Ordinal) && !f.Key.Contains("outsider_", StringComparison.Ordinal)), file => Assert.True(births.Find(file.Value) is { Count: 0 }, $"{file.Key}: {string.Join("; ", births.Find(file.Value).Take(5))}"));

        // Sockets and pipes of the runtime's own diagnostics, which a crash cannot remove, hold nothing.
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(work).Select(static f => Path.GetFileName(f)),
            static f => !f.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal) && !f.StartsWith("clr-debug-pipe-", StringComparison.Ordinal));
    }

    private static void Send(Broker broker, byte[] batch, int cut)
    {
        var decoder = new BatchDecoder(new BatchLimits());
        using var raw = RawBatch.Copy(batch, isTombstone: false, BatchFormat.Avro, "", 0, 0, DateTime.UnixEpoch);
        Assert.True(decoder.Decode(raw, out var decoded).Ok);
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream))
        {
            BatchJson.Write(decoded, json);
        }

        broker.Send(0, stream.ToArray()[..^cut], "application/json");
        broker.Flush();
    }

    // Lines with every kind of fault that registry build reports.
    private static IEnumerable<string> Soiled(string[] lines)
    {
        yield return lines[0];
        foreach (var (i, line) in lines.Skip(1).Index())
        {
            yield return line;
            var fields = line.Split(',');
            if (i % 20 == 1)
            {
                yield return string.Join(',', ["", .. fields[1..]]);
                yield return string.Join(',', ["9" + fields[0], .. fields[1..]]);
                yield return string.Join(',', [fields[0], "999000000" + (i % 10), .. fields[2..]]);
                yield return string.Join(',', [.. fields[..5], "31/02/" + fields[5], .. fields[6..]]);
                yield return line + "," + fields[2] + "," + fields[3];
                yield return line + "\"" + fields[1];
            }
        }
    }

    private static Dictionary<string, byte[]> Files(string folder, string name) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(f => $"{name}: {Path.GetRelativePath(folder, f)}", File.ReadAllBytes, StringComparer.Ordinal);

    // What is compressed in the files, as text.
    private static IEnumerable<KeyValuePair<string, byte[]>> Dump(OutputFolder output, Study study)
    {
        foreach (var table in output.TablesOnDisk())
        {
            if (output.Sql(table) is { } sql)
            {
                var csv = Path.Combine(study.Folder, $"{Path.GetFileName(output.Path)}-{table}.csv");
                Duck.Rows($"COPY (FROM {sql}) TO {Duck.Quote(csv)} (HEADER)");
                yield return new(Path.GetFileName(csv), File.ReadAllBytes(csv));
            }
        }
    }

    private static IEnumerable<byte> Vocabulary(byte[] batch)
    {
        var decoder = new BatchDecoder(new BatchLimits());
        using var raw = RawBatch.Copy(batch, isTombstone: false, BatchFormat.Avro, "", 0, 0, DateTime.UnixEpoch);
        Assert.True(decoder.Decode(raw, out var decoded).Ok);
        var words = new List<byte>();
        foreach (var slice in decoded.Texts.Take(decoded.TextCount).Concat(decoded.Codes.Take(decoded.CodeCount)).Append(decoded.BatchId).Append(decoded.Practice))
        {
            words.AddRange(decoded.Bytes(slice));
            words.Add((byte)'\n');
        }

        return words;
    }

    private static LeakScan Scan(Recount people, List<Dictionary<string, string>> participants, LeakScan scan, SortedSet<string> except)
    {
        void Text(string kind, string text)
        {
            if (!except.Contains($"{kind} {text}") && !except.Contains($"{kind} {text.ToUpperInvariant()}"))
            {
                scan.AddText(kind, text);
            }
        }

        void Name(string kind, string name)
        {
            Text(kind, name);
            Text(kind, string.Concat(name.Where(char.IsLetter)));
        }

        foreach (var p in people.Patients.Values.Concat(participants.Select(static r => new PatientText(r["nhs_number"], r["surname"], r["forename"], "", "", r["postcode"]))))
        {
            Text("nhs-number", p.NhsNumber);
            Name("surname", p.Surname);
            Name("forename", p.Forename);
            Text("postcode", p.Postcode);
            Text("postcode", p.Postcode.Replace(" ", "", StringComparison.Ordinal));
            if (p.NhsDigits is { Length: 10 } n)
            {
                foreach (var form in new[] { n, $"{n[..3]} {n[3..6]} {n[6..]}", $"{n[..3]}-{n[3..6]}-{n[6..]}" })
                {
                    Text("nhs-number", form);
                    var hash = SHA256.HashData(Encoding.ASCII.GetBytes(form));
                    scan.AddBinary("sha-256", hash[..16]);
                    scan.AddText("sha-256", Convert.ToHexString(hash)[..32]);
                    scan.AddText("sha-256", Convert.ToBase64String(hash)[..20]);
                }
            }
        }

        return scan;
    }

    private static LeakScan Births(Recount people)
    {
        var scan = new LeakScan();
        foreach (var text in people.Patients.Values.Select(static p => p.DateOfBirth))
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) && day.Year < 1990)
            {
                scan.AddText("date-of-birth", text);
                scan.AddText("date-of-birth", day.ToString("dd/MM/yyyy"));
            }
        }

        Assert.True(scan.Count > 200);
        return scan;
    }
}
