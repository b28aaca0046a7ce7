#!/usr/bin/env node
// skip.mjs <file> <filter>…
// Reads the rows of a file that a filter admits with hyparquet, with more and more of the file's indexes in use, and prints one line of JSON for each filter; see README.md.

import process from 'node:process';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [path, ...conditions] = process.argv.slice(2);
const source = await asyncBufferFromFile(path);
const metadata = await parquetMetadataAsync(source);
async function read(options) {
  let bytes = 0;
  const file = {
    byteLength: source.byteLength,
    slice: (start, end) => {
      bytes += (end ?? source.byteLength) - start;
      return source.slice(start, end);
    },
  };
  const rows = await parquetReadObjects({ file, metadata, compressors, ...options });
  return { rows: rows.length, bytes };
}

const scan = await read({});
for (const condition of conditions) {
  const filter = JSON.parse(condition);
  process.stdout.write(JSON.stringify({
    scan,
    statistics: await read({ filter }),
    bloom: await read({ filter, useBloomFilters: true }),
    pages: await read({ filter, useBloomFilters: true, usePageIndex: true }),
  }) + '\n');
}
