// Finds the files of a table and the values of its partition columns.

import fs from 'node:fs';
import path from 'node:path';

const nullPartition = '__HIVE_DEFAULT_PARTITION__';

/** Parquet files below a folder, without hidden ones and logs; sorted. */
function walk(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !entry.name.startsWith('_'))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? walk(full) : entry.name.endsWith('.parquet') ? [full] : [];
    })
    .sort();
}

/** A file, a folder, or a glob with * and **: { root, files } and, of a glob, the glob itself for readers that know globs. */
export function find(place) {
  if (!place.includes('*')) {
    return fs.statSync(place).isDirectory() ? { root: place, files: walk(place) } : { root: path.dirname(place), files: [place] };
  }
  const root = place.slice(0, place.lastIndexOf('/', place.indexOf('*'))) || '/';
  const pattern = new RegExp(
    '^' + place.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?')) + '$');
  return { root, glob: place, files: walk(root).filter((file) => pattern.test(file)) };
}

/** Partition columns of a file from its path below the root: [[name, value or null], …]. */
export function partitions(root, file) {
  return path
    .relative(root, path.dirname(file))
    .split(path.sep)
    .filter((segment) => segment.includes('='))
    .map((segment) => {
      const at = segment.indexOf('=');
      const value = segment.slice(at + 1);
      return [decodeURIComponent(segment.slice(0, at)), value === nullPartition ? null : decodeURIComponent(value)];
    });
}
