#!/usr/bin/env node
// whole-job.mjs [--work DIR] [--runs N] [--participants N] [--events N] [--outside SHARE] [--dirt SHARE] [--seed N] [--partitions N] [--program FILE] [--set KEY=VALUE]
//
// The whole job against what a user would pick instead. About 2,000,000 clinical events of a study of 500,000 participants, in turns: `linkage run --until-caught-up` takes them as batches from the
// embedded broker, hashes with HMAC, links for real and commits; DuckDB, with two threads, reads them as NDJSON and as CSV, joins the participants on sha256(key || nhs_number) and writes zstd
// Parquet by year. Prints medians, ratios of medians, and where the rows of the two differ. Wants `eng/publish.sh` and `npm ci` in tests/interop; --work keeps what is made before the first run,
// and a call with the same study uses it again. See docs/benchmarks.md.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { eventColumns, takeClinical } from './clinical-feed.mjs';
import { compareRows } from './whole-job-rows.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const interop = createRequire(path.join(here, '../../tests/interop/package.json'));
const { DuckDBInstance, version } = await import(pathToFileURL(interop.resolve('@duckdb/node-api')));

const text = (fallback) => ({ type: 'string', default: fallback });
const { values: options } = parseArgs({
  options: {
    work: { type: 'string' }, runs: text('5'), participants: text('500000'), events: text('2000000'), outside: text('0.3'), dirt: text('0.02'), seed: text('1'), partitions: text('16'),
    program: text(path.join(here, '../../artifacts/linkage/linkage')), set: { type: 'string', multiple: true, default: [] },
  },
});
const runs = Number(options.runs);
// Of the records that synth makes, 62 in 100 are clinical.
const records = Math.ceil(Number(options.events) / 0.62);
const work = options.work ?? fs.mkdtempSync(path.join(os.tmpdir(), 'linkage-whole-job-'));
const at = (...names) => path.join(work, ...names);
const clear = (place) => fs.rmSync(place, { recursive: true, force: true });
const topic = 'gp-records';
const joinKey = '00112233445566778899aabbccddeeff';

/** A process and what it printed; its seconds are from start to exit. */
const execute = (program, ...rest) => new Promise((resolve, reject) => {
  const started = process.hrtime.bigint();
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.on('error', reject);
  child.on('close', (code) => {
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (code === 0) resolve({ output, seconds });
    else reject(new Error(`${path.basename(program)} ${rest[0]} ended with ${code}:\n${output}`));
  });
});
const linkage = (...rest) => execute(options.program, ...rest);

/** The study: what synth makes, keys, registry, and the events of both sides. */
const prepare = async () => {
  const study = JSON.stringify({ participants: options.participants, events: options.events, outside: options.outside, dirt: options.dirt, seed: options.seed });
  if (fs.existsSync(at('study.json')) && JSON.parse(fs.readFileSync(at('study.json'))).study === study) return JSON.parse(fs.readFileSync(at('study.json'))).totals;
  for (const made of ['synth', 'feed', 'keys.json', 'study.registry', 'participants.parquet', 'study.json']) clear(at(made));
  fs.mkdirSync(work, { recursive: true });
  await linkage('synth', '--out', at('synth'), '--participants', options.participants, '--records', String(records), '--outside', options.outside, '--dirt', options.dirt, '--seed', options.seed);
  await linkage('keys', 'new', '--out', at('keys.json'));
  await linkage('registry', 'build', '--participants', at('synth/participants.csv'), '--keys', at('keys.json'), '--out', at('study.registry'));
  const totals = takeClinical(at('synth/batches'), at('feed'), Number(options.events));
  clear(at('synth/batches'));
  fs.writeFileSync(at('study.json'), JSON.stringify({ study, totals }));
  return totals;
};

/** DuckDB's counterpart of the registry, made before as that is: a row a participant, with the token ready. */
const prepareParticipants = (connection) => connection.run(`
  COPY (
    SELECT participant_id, any_value(sha256('${joinKey}' || nhs_number)) AS token, any_value(str_split(genome_ids, ';')[1]) AS genome_id, any_value(str_split(questionnaire_ids, ';')[1]) AS questionnaire_id
    FROM read_csv('${at('synth/participants.csv')}', header = true, all_varchar = true) WHERE consent = 'given' AND nhs_number IS NOT NULL GROUP BY participant_id
  ) TO '${at('participants.parquet')}' (FORMAT parquet)`);

const columns = JSON.stringify(eventColumns).replaceAll('"', "'");
const sources = {
  csv: `read_csv('${at('feed/events.csv')}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = ${columns})`,
  ndjson: `read_json('${at('feed/events.ndjson')}', format = 'newline_delimited', columns = ${columns})`,
};
const sqlOf = (source) => `
  COPY (
    SELECT participant_id, genome_id, questionnaire_id, data_provider, event_dt, read_2, read_3, snomed_ct, value1, value2, value3, year(event_dt) AS event_year
    FROM ${source} e JOIN read_parquet('${at('participants.parquet')}') p ON p.token = sha256('${joinKey}' || e.nhs_number)
  ) TO '${at('duckdb')}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (event_year))`;

const filesOf = (place) => fs.readdirSync(place, { recursive: true }).filter((name) => name.endsWith('.parquet')).map((name) => fs.statSync(path.join(place, name)).size);
const sizes = (files) => ({ files: files.length, bytes: files.reduce((sum, size) => sum + size, 0) });

/** DuckDB's turn: a process of its own. `query` is the statement alone. */
const runDuckdb = async (source) => {
  clear(at('duckdb'));
  const { output, seconds } = await execute(process.execPath, path.join(here, 'duckdb-job.mjs'), '2', sqlOf(source));
  const { seconds: query, cpu, rows } = JSON.parse(output);
  return { seconds, query, cpu, rows, ...sizes(filesOf(at('duckdb'))) };
};

/** Linkage's turn: a broker that holds the batches and rests while DuckDB has its turn is none that DuckDB waits for, so each has its own. */
const runLinkage = async () => {
  clear(at('linkage'));
  const broker = spawn(options.program, ['broker', '--topic', `${topic}:${options.partitions}`, '--load', at('feed/batches'), '--until-eof'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => broker.on('close', resolve));
  try {
    let address;
    for await (const line of readline.createInterface({ input: broker.stdout })) {
      if (line.startsWith('bootstrap ')) {
        address = line.slice('bootstrap '.length);
        break;
      }
    }
    if (address === undefined) throw new Error('the broker ended before it was ready');
    const { seconds } = await linkage(
      'run', '--until-caught-up', '--brokers', address, '--topic', topic, '--group', 'whole-job', '--registry', at('study.registry'), '--keys', at('keys.json'), '--output', at('linkage'),
      ...options.set.flatMap((setting) => ['--set', setting]));
    const name = fs.readdirSync(at('linkage/_runs')).find((file) => file.endsWith('.json'));
    const report = JSON.parse(fs.readFileSync(at('linkage/_runs', name)));
    return { seconds, query: report.figures.ingest_seconds, cpu: report.figures.cpu_seconds, rows: report.records.clinical.out, report, ...sizes(filesOf(at('linkage/gp_clinical'))) };
  } finally {
    broker.stdin.end();
    await ended;
  }
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

try {
  const totals = await prepare();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await prepareParticipants(connection);
  const contestants = { linkage: runLinkage, 'duckdb, CSV': () => runDuckdb(sources.csv), 'duckdb, NDJSON': () => runDuckdb(sources.ndjson) };
  const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  // The first round is for the system's caches.
  for (let round = 0; round <= runs; round++) {
    for (const [name, contest] of Object.entries(contestants)) {
      const result = await contest();
      if (round > 0) results[name].push(result);
    }
  }

  console.log(`DuckDB ${version()} with 2 threads, ${os.availableParallelism()} processors of ${os.cpus()[0].model}, seed ${options.seed}, median of ${runs} runs in turns`);
  console.log(`${totals.events} clinical events of ${totals.patients} patients in ${totals.batches} batches; ${options.participants} participants, ${options.outside} of the patients none of them, ${options.dirt} irregular\n`);
  console.log('| | process, seconds | least | most | of it the job | processor, seconds | rows | files | MB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  const of = (name, what) => median(results[name].map((result) => result[what]));
  for (const [name, all] of Object.entries(results)) {
    const times = all.map((result) => result.seconds);
    console.log(`| ${name} | ${of(name, 'seconds').toFixed(2)} | ${Math.min(...times).toFixed(2)} | ${Math.max(...times).toFixed(2)} | ${of(name, 'query').toFixed(2)} | ${of(name, 'cpu').toFixed(2)} | ${all[0].rows} | ${all[0].files} | ${(all[0].bytes / 1e6).toFixed(2)} |`);
  }
  console.log();
  for (const name of Object.keys(results).slice(1)) {
    console.log(`linkage: ${(of(name, 'seconds') / of('linkage', 'seconds')).toFixed(2)} times as fast as ${name}, process by process; ${(of(name, 'query') / of('linkage', 'seconds')).toFixed(2)} times as fast as its statement alone`);
  }
  const stages = Object.keys(results.linkage[0].report.figures.stage_seconds);
  console.log(`\nlinkage, seconds of its threads by stage: ${stages.map((stage) => `${stage} ${median(results.linkage.map((result) => result.report.figures.stage_seconds[stage])).toFixed(2)}`).join(', ')}`);
  console.log(`before the first batch and after the last commit: ${median(results.linkage.map((result) => result.seconds - result.query)).toFixed(2)} s\n`);
  await compareRows(connection, { sent: at('feed/sent.csv'), participants: at('participants.parquet'), joinKey, duckdb: at('duckdb'), linkage: at('linkage') });
} finally {
  for (const made of ['duckdb', 'linkage']) clear(at(made));
  if (options.work === undefined) clear(work);
}
