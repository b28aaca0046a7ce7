#!/usr/bin/env node
// query.mjs <sql>            prints each row as one line of JSON
// query.mjs --each <sql>…    prints each query's outcome as one line of JSON: {"rows":[…]} or {"error":"…"}
// Runs queries in DuckDB; numbers beyond 2^53 and dates are text.

import process from 'node:process';
import { connection } from './readers/duckdb.mjs';

const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
const print = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const [first, ...queries] = process.argv.slice(2);
if (first === '--each') {
  for (const sql of queries) {
    print(await rows(sql).then((rows) => ({ rows }), (error) => ({ error: String(error?.message ?? error) })));
  }
} else {
  for (const row of await rows(first)) print(row);
}
