#!/usr/bin/env node
// read.mjs <reader>[,<reader>…]|all [--each] <folder|file|glob>…
// Prints one line of JSON for each reader and table; see README.md.

import process from 'node:process';
import { find } from './tables.mjs';

const names = ['duckdb', 'hyparquet', 'parquet-wasm'];
const [wanted, ...places] = process.argv.slice(2).filter((argument) => argument !== '--each');
const each = process.argv.includes('--each');
const readers = wanted === 'all' ? names : (wanted ?? '').split(',');
if (places.length === 0 || readers.some((name) => !names.includes(name))) {
  process.stderr.write(`usage: read.mjs <reader>[,<reader>…]|all [--each] <folder|file|glob>…\nreaders: ${names.join(', ')}\n`);
  process.exit(2);
}

const tables = places.flatMap((place) => {
  const found = find(place);
  if (found.files.length === 0) throw new Error(`no Parquet file at ${place}`);
  return each ? found.files.map((file) => ({ path: file, root: found.root, files: [file] })) : [{ path: place, ...found }];
});
for (const name of readers) {
  const reader = await import(`./readers/${name}.mjs`);
  for (const table of tables) {
    try {
      const { rows, columns } = await reader.read(table);
      process.stdout.write(JSON.stringify({ reader: name, path: table.path, rows, columns }) + '\n');
    } catch (error) {
      // The other tables are worth a look all the same; the exit code says that one failed.
      process.stdout.write(JSON.stringify({ reader: name, path: table.path, error: String(error?.message ?? error) }) + '\n');
      process.exitCode = 1;
    }
  }
}
