#!/usr/bin/env node
// skip.mjs <file> <filter>
// Reads the rows of a file that a filter admits with hyparquet, with more and more of the file's indexes in use, and prints one line of JSON; see README.md.

import process from 'node:process';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [path, condition] = process.argv.slice(2);
const filter = JSON.parse(condition);
const source = await asyncBufferFromFile(path);
const metadata = await parquetMetadataAsync(source);
const ways = {
  scan: {},
  statistics: { filter },
  bloom: { filter, useBloomFilters: true },
  pages: { filter, useBloomFilters: true, usePageIndex: true },
};
const found = {};
for (const [way, options] of Object.entries(ways)) {
  let bytes = 0;
  const file = {
    byteLength: source.byteLength,
    slice: (start, end) => {
      bytes += (end ?? source.byteLength) - start;
      return source.slice(start, end);
    },
  };
  const rows = await parquetReadObjects({ file, metadata, compressors, ...options });
  found[way] = { rows: rows.length, bytes };
}
process.stdout.write(JSON.stringify(found) + '\n');
