#!/usr/bin/env node
// parquet-write.mjs [--runs N] [--seed N] [--folder DIR]
//
// Linkage's Parquet writer and DuckDB's COPY on the same 2,000,000 rows of gp_clinical's shape, in turns, in one run: from rows in memory to closed files, zstd level 1. Then DuckDB
// reads both files. Prints medians, and ratios of medians. Wants bench/Linkage.Benchmarks built (-c Release) and `npm ci` done in tests/interop.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const interop = createRequire(path.join(here, '../../tests/interop/package.json'));
const { DuckDBInstance, version } = await import(pathToFileURL(interop.resolve('@duckdb/node-api')));

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const runs = Number(option('runs', '7'));
const seed = Number(option('seed', '1'));
const folder = fs.mkdtempSync(path.join(option('folder', os.tmpdir()), 'linkage-peers-'));
const program = path.join(here, '../Linkage.Benchmarks/bin/Release/net10.0/Linkage.Benchmarks.dll');

/** Linkage's side: a process that writes when asked. */
class Linkage {
  static async start() {
    const peer = new Linkage();
    peer.process = spawn('dotnet', [program, '--parquet-write', String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
    peer.lines = readline.createInterface({ input: peer.process.stdout })[Symbol.asyncIterator]();
    peer.parquetNet = (await peer.answer()).parquetNet;
    return peer;
  }

  async answer() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('Linkage.Benchmarks ended');
    return JSON.parse(value);
  }

  ask(...command) {
    this.process.stdin.write(command.join(' ') + '\n');
    return this.answer();
  }
}

const seconds = async (work) => {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
};
const bytesOf = (place) => (fs.statSync(place).isDirectory()
  ? fs.readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0)
  : fs.statSync(place).size);
const clear = (place) => fs.rmSync(place, { recursive: true, force: true });

try {
  const linkage = await Linkage.start();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const run = (sql) => connection.run(sql);
  const at = (name) => path.join(folder, name);

  await linkage.ask('export', at('rows.parquet'));
  await run(`CREATE TABLE rows AS SELECT * FROM read_parquet('${at('rows.parquet')}')`);
  await run('CREATE TABLE dated AS SELECT *, year(event_dt) AS event_year FROM rows');
  fs.rmSync(at('rows.parquet'));

  const copy = 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1';
  const contestants = {};
  for (const threads of [1, 2]) {
    for (const kind of ['ids', 'texts', 'years']) {
      contestants[`linkage ${kind}, ${threads} thread${threads > 1 ? 's' : ''}`] = async () => {
        const place = at(kind === 'years' ? 'linkage-years' : `linkage-${kind}.parquet`);
        clear(place);
        const { seconds, bytes, allocated } = await linkage.ask(kind, place, threads);
        return { seconds, bytes, allocated };
      };
    }
    for (const [kind, place, sql] of [['file', at('duckdb-file.parquet'), `COPY rows TO '${at('duckdb-file.parquet')}' (${copy})`], ['years', at('duckdb-years'), `COPY dated TO '${at('duckdb-years')}' (${copy}, PARTITION_BY (event_year))`]]) {
      contestants[`duckdb ${kind}, ${threads} thread${threads > 1 ? 's' : ''}`] = async () => {
        clear(place);
        await run(`SET threads = ${threads}`);
        const time = await seconds(() => run(sql));
        return { seconds: time, bytes: bytesOf(place) };
      };
    }
  }

  const parquetNet = linkage.parquetNet ? ['parquet-net.parquet', 'parquet-net-ready.parquet'] : [];
  for (const name of parquetNet) {
    contestants[name] = async () => {
      clear(at(name));
      const { seconds, bytes, allocated } = await linkage.ask(path.parse(name).name, at(name));
      return { seconds, bytes, allocated };
    };
  }

  // What an analyst does with a file: all of it, and one participant of it.
  const columns = ['participant_id', 'genome_id', 'questionnaire_id', 'data_provider', 'event_dt', 'read_2', 'read_3', 'snomed_ct', 'value1', 'value2', 'value3'];
  const full = (file) => `SELECT ${columns.map((name) => `max(${name}), count(${name})`).join(', ')} FROM '${file}'`;
  const one = (await (await connection.runAndReadAll('SELECT participant_id FROM rows LIMIT 1 OFFSET 1234567')).getRows())[0][0];
  const point = (file) => `SELECT count(*), max(value1), max(read_3) FROM '${file}' WHERE participant_id = '${one}'`;
  for (const threads of [1, 2]) {
    for (const [reader, sql] of [['full scan', full], ['point query', point]]) {
      for (const file of ['linkage-ids.parquet', 'duckdb-file.parquet']) {
        contestants[`duckdb, ${reader} of ${file}, ${threads} thread${threads > 1 ? 's' : ''}`] = async () => {
          await run(`SET threads = ${threads}`);
          return { seconds: await seconds(() => connection.runAndReadAll(sql(at(file)))) };
        };
      }
    }
  }

  const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  // The first round is for compilers and caches.
  for (let round = 0; round <= runs; round++) {
    for (const [name, contest] of Object.entries(contestants)) {
      const result = await contest();
      if (round > 0) results[name].push(result);
    }
  }

  // All files must hold the same rows.
  for (const other of ['linkage-ids.parquet', ...parquetNet]) {
    const different = (await (await connection.runAndReadAll(
      `SELECT (SELECT count(*) FROM (FROM '${at(other)}' EXCEPT ALL FROM '${at('duckdb-file.parquet')}')) + (SELECT count(*) FROM (FROM '${at('duckdb-file.parquet')}' EXCEPT ALL FROM '${at(other)}'))`)).getRows())[0][0];
    if (Number(different) !== 0) throw new Error(`${different} rows differ between ${other} and duckdb-file.parquet`);
  }

  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const times = Object.fromEntries(Object.entries(results).map(([name, all]) => [name, median(all.map((result) => result.seconds))]));
  console.log(`DuckDB ${version()}, ${os.cpus()[0].model}, seed ${seed}, median of ${runs} runs in turns\n`);
  console.log('| what | seconds, median | least | most | MB | KB allocated |\n|---|---|---|---|---|---|');
  for (const [name, all] of Object.entries(results)) {
    const sorted = all.map((result) => result.seconds).toSorted((a, b) => a - b);
    const megabytes = all[0].bytes === undefined ? '' : (all[0].bytes / 1e6).toFixed(2);
    const allocated = all[0].allocated === undefined ? '' : (median(all.map((result) => result.allocated)) / 1024).toFixed(0);
    console.log(`| ${name} | ${times[name].toFixed(3)} | ${sorted[0].toFixed(3)} | ${sorted.at(-1).toFixed(3)} | ${megabytes} | ${allocated} |`);
  }
  console.log();
  for (const [ours, theirs] of [
    ['linkage ids, 1 thread', 'duckdb file, 1 thread'], ['linkage ids, 2 threads', 'duckdb file, 2 threads'], ['linkage texts, 1 thread', 'duckdb file, 1 thread'],
    ...(linkage.parquetNet ? [['linkage texts, 1 thread', 'parquet-net.parquet'], ['linkage ids, 1 thread', 'parquet-net-ready.parquet']] : []),
    ['linkage ids, 2 threads', 'linkage ids, 1 thread'], ['linkage years, 1 thread', 'duckdb years, 1 thread'], ['linkage years, 2 threads', 'duckdb years, 2 threads'],
    ...[1, 2].flatMap((n) => ['full scan', 'point query'].map((reader) => ['linkage-ids.parquet', 'duckdb-file.parquet'].map((file) => `duckdb, ${reader} of ${file}, ${n} thread${n > 1 ? 's' : ''}`))),
  ]) {
    console.log(`${ours}: ${(times[theirs] / times[ours]).toFixed(2)} times as fast as ${theirs}`);
  }
  linkage.process.stdin.end();
} finally {
  clear(folder);
}
