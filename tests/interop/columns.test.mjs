import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { ColumnSum } from './columns.mjs';
import { find, partitions } from './tables.mjs';

function fnv(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}

function sumOf(type, values) {
  const sum = new ColumnSum(type);
  for (const value of values) sum.add(value);
  return sum.toJSON();
}

test('the hash is FNV-1a', () => {
  // From the reference vectors of the hash's authors.
  assert.equal(sumOf('string', ['']).checksum, 'cbf29ce484222325');
  assert.equal(sumOf('string', ['a']).checksum, 'af63dc4c8601ec8c');
  assert.equal(sumOf('string', ['foobar']).checksum, '85944171f73967e8');
});

test('checksums add up, whatever the order and the cache', () => {
  const texts = ['a', 'é', '漢字', '', 'a', 'x'.repeat(1000), 'a'];
  const expected = (texts.reduce((sum, text) => sum + fnv(text), 0n) & 0xffffffffffffffffn).toString(16).padStart(16, '0');
  assert.equal(sumOf('string', texts).checksum, expected);
  assert.equal(sumOf('string', [...texts].reverse()).checksum, expected);
  assert.equal(sumOf('string', texts.map((text) => Buffer.from(text))).checksum, expected);
});

test('minima and maxima follow each type', () => {
  assert.deepEqual(sumOf('int32', [3, null, -1, 10]), { type: 'int32', count: 3, nulls: 1, min: '-1', max: '10', checksum: ((fnv('3') + fnv('-1') + fnv('10')) & 0xffffffffffffffffn).toString(16).padStart(16, '0') });
  const doubles = sumOf('double', [0, NaN, -0]);
  assert.deepEqual([doubles.min, doubles.max], ['8000000000000000', '0000000000000000']);
  assert.equal(sumOf('double', [NaN]).min, null);
  // Bytewise, not by UTF-16: U+FFFD comes before U+1F600.
  const strings = sumOf('string', ['\u{1F600}', '\uFFFD']);
  assert.deepEqual([strings.min, strings.max], ['\uFFFD', '\u{1F600}']);
  assert.deepEqual([sumOf('int64', [5n, -(2n ** 63n)]).min, sumOf('boolean', [true, false]).max], ['-9223372036854775808', 'true']);
});

test('lists are told apart by their elements, and have no order', () => {
  const list = sumOf('list<string>', [['a', 'é'], [], null, [Buffer.from('')]]);
  assert.deepEqual(list, { type: 'list<string>', count: 3, nulls: 1, min: null, max: null, checksum: ((fnv('1:a,2:é,') + fnv('') + fnv('0:,')) & 0xffffffffffffffffn).toString(16).padStart(16, '0') });
  assert.notEqual(sumOf('list<string>', [['ab', 'c']]).checksum, sumOf('list<string>', [['a', 'bc']]).checksum);
  assert.notEqual(sumOf('list<string>', [[null]]).checksum, sumOf('list<string>', [[]]).checksum);
});

test('tables are found with their partitions, and nothing hidden', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'linkage-interop-'));
  try {
    const folder = path.join(root, 'year=2020', 'name=a%2Fb=c');
    fs.mkdirSync(folder, { recursive: true });
    fs.mkdirSync(path.join(root, '_delta_log'));
    for (const file of [path.join(folder, 'x.parquet'), path.join(folder, '.x.parquet'), path.join(root, '_delta_log', 'y.parquet')]) fs.writeFileSync(file, '');
    assert.deepEqual(find(root).files, [path.join(folder, 'x.parquet')]);
    assert.deepEqual(find(`${root}/**/*.parquet`), { root, glob: `${root}/**/*.parquet`, files: [path.join(folder, 'x.parquet')] });
    assert.deepEqual(find(`${root}/*.parquet`).files, []);
    assert.deepEqual(partitions(root, path.join(folder, 'x.parquet')), [['year', '2020'], ['name', 'a/b=c']]);
    assert.deepEqual(partitions(root, path.join(root, 'year=__HIVE_DEFAULT_PARTITION__', 'x.parquet')), [['year', null]]);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
