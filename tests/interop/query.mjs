#!/usr/bin/env node
// query.mjs <sql>
// Runs a query in DuckDB and prints each row as one line of JSON; numbers beyond 2^53 and dates are text.

import process from 'node:process';
import { connection } from './readers/duckdb.mjs';

const reader = await connection.runAndReadAll(process.argv[2]);
for (const row of reader.getRowObjectsJson()) process.stdout.write(JSON.stringify(row) + '\n');
