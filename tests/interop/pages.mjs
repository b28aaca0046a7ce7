#!/usr/bin/env node
// pages.mjs [--probe=VALUE…] <file>…
// Prints one line of JSON for each file: its footer and every page, as they lie in the file; see README.md.

import fs from 'node:fs';
import process from 'node:process';
import zlib from 'node:zlib';
import { deserializeTCompactProtocol as parse } from 'hyparquet/src/thrift.js';
import { readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { compressors } from 'hyparquet-compressors';

const text = (bytes) => Buffer.from(bytes).toString('utf8');
const hex = (bytes) => (bytes === undefined ? null : Buffer.from(bytes).toString('hex'));
const encodings = {
  0: 'PLAIN', 3: 'RLE', 5: 'DELTA_BINARY_PACKED', 6: 'DELTA_LENGTH_BYTE_ARRAY', 7: 'DELTA_BYTE_ARRAY', 8: 'RLE_DICTIONARY', 9: 'BYTE_STREAM_SPLIT',
};
const codecs = { 0: 'UNCOMPRESSED', 1: 'SNAPPY', 2: 'GZIP', 6: 'ZSTD', 7: 'LZ4_RAW' };
const pageTypes = { 0: 'DATA_PAGE', 2: 'DICTIONARY_PAGE', 3: 'DATA_PAGE_V2' };

const at = (bytes, offset) => ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: Number(offset) });

// A structure that must fill exactly the bytes that the footer gives it.
function readExactly(bytes, offset, length) {
  const reader = at(bytes, offset);
  const value = parse(reader);
  if (reader.offset !== Number(offset) + length) throw new Error(`a structure at ${offset} has ${reader.offset - Number(offset)} bytes, the footer says ${length}`);
  return value;
}

function readIndexes(bytes, chunk) {
  const offsets = chunk.field_5 === undefined ? null : readExactly(bytes, chunk.field_4, chunk.field_5);
  const columns = chunk.field_7 === undefined ? null : readExactly(bytes, chunk.field_6, chunk.field_7);
  return {
    offsetIndex: offsets?.field_1.map((page) => ({ offset: Number(page.field_1), bytes: page.field_2, firstRow: Number(page.field_3) })) ?? null,
    columnIndex: columns && {
      nullPages: columns.field_1,
      min: columns.field_2.map(hex),
      max: columns.field_3.map(hex),
      order: ['unordered', 'ascending', 'descending'][columns.field_4],
      nulls: columns.field_5.map(Number),
    },
  };
}

// The filter, and how many of the values asked for it lets pass.
function readBloom(bytes, meta, probes) {
  if (meta.field_14 === undefined) return null;
  const reader = at(bytes, meta.field_14);
  const { numBytes, blocks } = readBloomFilter(reader);
  if (reader.offset !== Number(meta.field_14) + meta.field_15) throw new Error('a bloom filter does not fill the bytes that the footer gives it');
  return { offset: Number(meta.field_14), length: meta.field_15, bytes: numBytes, passed: probes.filter((probe) => sbbfContains(blocks, xxhash64(Buffer.from(probe)))).length };
}

function readPage(bytes, offset, codec) {
  const reader = at(bytes, offset);
  const header = parse(reader);
  const body = bytes.subarray(reader.offset, reader.offset + header.field_3);
  const data = header.field_5 ?? header.field_7 ?? header.field_8;
  // Version 2 leaves levels out of the codec, and may leave values out, too.
  const levels = header.field_8 ? header.field_8.field_5 + header.field_8.field_6 : 0;
  const isPlain = codec === 0 || header.field_8?.field_7 === false;
  const plain = isPlain ? body : Buffer.concat([body.subarray(0, levels), compressors[codecs[codec]](body.subarray(levels), header.field_2 - levels)]);
  return {
    next: reader.offset + header.field_3,
    headerBytes: reader.offset - offset,
    page: {
      type: pageTypes[header.field_1],
      offset,
      bytes: reader.offset - offset + header.field_3,
      values: data.field_1,
      encoding: encodings[header.field_8 ? data.field_4 : data.field_2],
      uncompressed: header.field_2,
      compressed: header.field_3,
      crcMatches: zlib.crc32(body) === header.field_4 >>> 0,
      sizeMatches: plain.length === header.field_2,
    },
  };
}

function readChunk(bytes, chunk, probes) {
  const meta = chunk.field_3;
  const statistics = meta.field_12 ?? {};
  const first = Number(meta.field_11 ?? meta.field_9);
  const end = first + Number(meta.field_7);
  const pages = [];
  let uncompressed = 0;
  for (let offset = first; offset < end;) {
    const { next, headerBytes, page } = readPage(bytes, offset, meta.field_4);
    uncompressed += headerBytes + page.uncompressed;
    pages.push(page);
    offset = next;
  }
  const dataPages = pages.filter((page) => page.type !== 'DICTIONARY_PAGE');
  return {
    name: meta.field_3.map(text).join('.'),
    codec: codecs[meta.field_4],
    encodings: meta.field_2.map((encoding) => encodings[encoding]),
    encodingStats: meta.field_13.map((stat) => `${pageTypes[stat.field_1]} ${encodings[stat.field_2]} ${stat.field_3}`),
    values: Number(meta.field_5),
    compressed: Number(meta.field_7),
    // What the footer says must be what lies there.
    sizesMatch: uncompressed === Number(meta.field_6) && pages.at(-1) !== undefined && end === pages.at(-1).offset + readPage(bytes, pages.at(-1).offset, meta.field_4).next - pages.at(-1).offset,
    dataOffsetMatches: dataPages[0]?.offset === Number(meta.field_9),
    statistics: {
      nulls: Number(statistics.field_3),
      max: hex(statistics.field_5),
      min: hex(statistics.field_6),
      maxExact: statistics.field_7 ?? null,
      minExact: statistics.field_8 ?? null,
      distinct: statistics.field_4 === undefined ? null : Number(statistics.field_4),
    },
    ...readIndexes(bytes, chunk),
    bloom: readBloom(bytes, meta, probes),
    first,
    pages,
  };
}

const places = process.argv.slice(2).filter((argument) => !argument.startsWith('--probe='));
const probes = process.argv.slice(2).filter((argument) => argument.startsWith('--probe=')).map((argument) => argument.slice('--probe='.length));
for (const path of places) {
  const bytes = fs.readFileSync(path);
  const footerLength = bytes.readUInt32LE(bytes.length - 8);
  const footerStart = bytes.length - 8 - footerLength;
  const footer = parse({ view: new DataView(bytes.buffer, bytes.byteOffset + footerStart, footerLength), offset: 0 });
  process.stdout.write(JSON.stringify({
    path,
    magic: bytes.toString('latin1', 0, 4) + bytes.toString('latin1', bytes.length - 4),
    version: footer.field_1,
    rows: Number(footer.field_3),
    createdBy: text(footer.field_6),
    metadata: Object.fromEntries((footer.field_5 ?? []).map((pair) => [text(pair.field_1), text(pair.field_2)])),
    columnOrders: footer.field_7.length,
    fieldIds: footer.field_2.slice(1).map((element) => element.field_9).filter((id) => id !== undefined),
    rowGroups: footer.field_4.map((group) => {
      const columns = group.field_1.map((chunk) => readChunk(bytes, chunk, probes));
      return {
        rows: Number(group.field_3),
        ordinal: group.field_7,
        fileOffsetMatches: Number(group.field_5) === columns[0].first,
        compressedMatches: Number(group.field_6) === columns.reduce((sum, column) => sum + column.compressed, 0),
        sorting: (group.field_4 ?? []).map((sort) => `${sort.field_1} ${sort.field_2 ? 'descending' : 'ascending'} ${sort.field_3 ? 'nulls first' : 'nulls last'}`),
        columns,
      };
    }),
  }) + '\n');
}
