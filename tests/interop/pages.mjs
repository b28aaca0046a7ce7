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
const physicalTypes = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'];
const repetitions = ['required', 'optional', 'repeated'];
const convertedTypes = { 0: 'UTF8', 3: 'LIST', 6: 'DATE', 10: 'TIMESTAMP_MICROS' };
const logicalTypes = { field_1: 'STRING', field_3: 'LIST', field_6: 'DATE', field_8: 'TIMESTAMP' };

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
      nans: columns.field_8?.map(Number) ?? null,
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

// One line for each element of the schema: name, repetition, type, annotations, field id, children.
function describe(element) {
  const [logical] = Object.keys(element.field_10 ?? {});
  const timestamp = element.field_10?.field_8;
  return [
    text(element.field_4), repetitions[element.field_3], physicalTypes[element.field_1], convertedTypes[element.field_6], logicalTypes[logical],
    timestamp && `${timestamp.field_1 ? 'UTC' : 'local'} ${timestamp.field_2.field_2 ? 'micros' : 'other'}`, element.field_9 && `id ${element.field_9}`, element.field_5 && `of ${element.field_5}`,
  ].filter(Boolean).join(' ');
}

// Largest repetition and definition level of each leaf, in order.
function leafLevels(elements) {
  const leaves = [];
  let at = 1;
  const walk = (repetition, definition) => {
    const element = elements[at++];
    const levels = [repetition + (element.field_3 === 2 ? 1 : 0), definition + (element.field_3 === 0 ? 0 : 1)];
    if (!element.field_5) leaves.push(levels);
    for (let child = 0; child < (element.field_5 ?? 0); child++) walk(...levels);
  };
  while (at < elements.length) walk(0, 0);
  return leaves;
}

// Levels in the hybrid encoding, which must fill their bytes and be within their bounds.
function readLevels(bytes, max, count) {
  const width = 32 - Math.clz32(max);
  const levels = [];
  let at = 0;
  while (levels.length < count) {
    let header = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      byte = bytes[at++];
      header |= (byte & 0x7f) << shift;
    }
    if (header & 1) {
      for (let i = 0; i < (header >> 1) * 8; i++) {
        let level = 0;
        for (let bit = 0; bit < width; bit++) level |= ((bytes[at + ((i * width + bit) >> 3)] >> ((i * width + bit) & 7)) & 1) << bit;
        if (levels.length < count) levels.push(level);
        else if (level !== 0) throw new Error('levels are filled up with something else than zeros');
      }
      at += (header >> 1) * width;
    } else {
      for (let i = 0; i < header >> 1; i++) levels.push(bytes[at]);
      at++;
    }
  }
  if (at !== bytes.length || levels.length !== count || levels.some((level) => level > max)) throw new Error(`${levels.length} levels of ${count}, in ${at} bytes of ${bytes.length}`);
  return levels;
}

// How many rows and nulls a data page has by its levels.
function countLevels(plain, data, isV2, [maxRepetition, maxDefinition]) {
  let at = 0;
  const take = (max, v2Length) => {
    if (max === 0) {
      if (isV2 && v2Length !== 0) throw new Error('there are levels of a column that has none');
      return null;
    }
    const length = isV2 ? v2Length : plain.readInt32LE(at);
    const start = at + (isV2 ? 0 : 4);
    at = start + length;
    return readLevels(plain.subarray(start, at), max, data.field_1);
  };
  const repeated = take(maxRepetition, data.field_6);
  const defined = take(maxDefinition, data.field_5);
  return { rows: repeated?.filter((level) => level === 0).length ?? data.field_1, nulls: defined?.filter((level) => level < maxDefinition).length ?? 0 };
}

function readPage(bytes, offset, codec, leaf) {
  const reader = at(bytes, offset);
  const header = parse(reader);
  const body = bytes.subarray(reader.offset, reader.offset + header.field_3);
  const data = header.field_5 ?? header.field_7 ?? header.field_8;
  // Version 2 leaves levels out of the codec, and may leave values out, too.
  const levels = header.field_8 ? header.field_8.field_5 + header.field_8.field_6 : 0;
  const isPlain = codec === 0 || header.field_8?.field_7 === false;
  const plain = isPlain ? body : Buffer.concat([body.subarray(0, levels), compressors[codecs[codec]](body.subarray(levels), header.field_2 - levels)]);
  const isV2 = header.field_8 !== undefined;
  const counts = header.field_7 ? {} : countLevels(plain, data, isV2, leaf);
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
      ...counts,
      // Version 2 says in its header what its levels say.
      countsMatch: !isV2 || (data.field_2 === counts.nulls && data.field_3 === counts.rows),
      isCompressed: codec !== 0 && header.field_8?.field_7 !== false,
    },
  };
}

function readChunk(bytes, chunk, probes, leaf) {
  const meta = chunk.field_3;
  const statistics = meta.field_12 ?? {};
  const first = Number(meta.field_11 ?? meta.field_9);
  const end = first + Number(meta.field_7);
  const pages = [];
  let uncompressed = 0, offset = first;
  while (offset < end) {
    const { next, headerBytes, page } = readPage(bytes, offset, meta.field_4, leaf);
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
    uncompressed: Number(meta.field_6),
    // What the footer says must be what lies there.
    sizesMatch: uncompressed === Number(meta.field_6) && pages.length > 0 && offset === end,
    dataOffsetMatches: dataPages[0]?.offset === Number(meta.field_9),
    statistics: {
      nulls: Number(statistics.field_3),
      max: hex(statistics.field_5),
      min: hex(statistics.field_6),
      maxExact: statistics.field_7 ?? null,
      minExact: statistics.field_8 ?? null,
      nans: statistics.field_9 === undefined ? null : Number(statistics.field_9),
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
  const footer = readExactly(bytes, footerStart, footerLength);
  const leaves = leafLevels(footer.field_2);
  process.stdout.write(JSON.stringify({
    path,
    magic: bytes.toString('latin1', 0, 4) + bytes.toString('latin1', bytes.length - 4),
    version: footer.field_1,
    rows: Number(footer.field_3),
    createdBy: text(footer.field_6),
    metadata: Object.fromEntries((footer.field_5 ?? []).map((pair) => [text(pair.field_1), text(pair.field_2)])),
    columnOrders: footer.field_7.map((order) => (order.field_1 ? 'type' : 'other')),
    schema: footer.field_2.map(describe),
    fieldIds: footer.field_2.slice(1).map((element) => element.field_9).filter((id) => id !== undefined),
    rowGroups: footer.field_4.map((group) => {
      const columns = group.field_1.map((chunk, i) => readChunk(bytes, chunk, probes, leaves[i]));
      return {
        rows: Number(group.field_3),
        ordinal: group.field_7,
        fileOffsetMatches: Number(group.field_5) === columns[0].first,
        compressedMatches: Number(group.field_6) === columns.reduce((sum, column) => sum + column.compressed, 0),
        uncompressedMatches: Number(group.field_2) === columns.reduce((sum, column) => sum + column.uncompressed, 0),
        sorting: (group.field_4 ?? []).map((sort) => `${sort.field_1} ${sort.field_2 ? 'descending' : 'ascending'} ${sort.field_3 ? 'nulls first' : 'nulls last'}`),
        columns,
      };
    }),
  }) + '\n');
}
