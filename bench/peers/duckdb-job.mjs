// duckdb-job.mjs THREADS SQL: a statement in a DuckDB of its own, as whole-job.mjs starts it. Prints the statement's seconds, the process's of processor time, and rows, as JSON.

import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const interop = createRequire(path.join(path.dirname(fileURLToPath(import.meta.url)), '../../tests/interop/package.json'));
const { DuckDBInstance } = await import(pathToFileURL(interop.resolve('@duckdb/node-api')));

const [threads, sql] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:', { threads })).connect();
// Rows may come in any order: what costs DuckDB most here is keeping theirs.
await connection.run('SET preserve_insertion_order = false');
const started = process.hrtime.bigint();
const result = await connection.run(sql);
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, rows: Number(result.rowsChanged) }));
