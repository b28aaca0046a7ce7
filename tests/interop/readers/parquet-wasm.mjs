// parquet-wasm: parquet-rs, the Rust reader under Polars and DataFusion, through Arrow.

import fs from 'node:fs';
import { DataType, TimeUnit, tableFromIPC } from 'apache-arrow';
import { ParquetFile } from 'parquet-wasm';
import { partitions } from '../tables.mjs';
import { TableSum } from '../columns.mjs';

function typeOf(type) {
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isInt(type) && type.isSigned && type.bitWidth === 32) return 'int32';
  if (DataType.isInt(type) && type.isSigned && type.bitWidth === 64) return 'int64';
  if (DataType.isFloat(type) && type.precision === 2) return 'double';
  if (DataType.isDate(type) && type.unit === 0) return 'date';
  if (DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND && type.timezone === 'UTC') return 'timestamp_us';
  if (DataType.isUtf8(type)) return 'string';
  if (DataType.isList(type) && DataType.isUtf8(type.children[0].type)) return 'list<string>';
  return String(type);
}

/** Values from Arrow's own buffers: its accessors turn dates and timestamps into JavaScript dates. */
function addAll(sum, data) {
  const { values, valueOffsets, nullBitmap, length, offset } = data;
  for (let i = 0; i < length; i++) {
    const at = offset + i;
    if (data.nullCount > 0 && !((nullBitmap[at >> 3] >> (at & 7)) & 1)) sum.add(null);
    else if (sum.type === 'list<string>') sum.add(elements(data.children[0], valueOffsets[i], valueOffsets[i + 1]));
    else if (sum.type === 'string') sum.addRange(values, valueOffsets[i], valueOffsets[i + 1]);
    else if (sum.type === 'boolean') sum.add(((values[at >> 3] >> (at & 7)) & 1) === 1);
    else sum.add(values[i]);
  }
}

/** Strings of a list, as bytes. */
function elements({ values, valueOffsets, nullBitmap, nullCount, offset }, start, end) {
  const list = [];
  for (let i = start; i < end; i++) {
    const missing = nullCount > 0 && !((nullBitmap[(offset + i) >> 3] >> ((offset + i) & 7)) & 1);
    list.push(missing ? null : values.subarray(valueOffsets[i], valueOffsets[i + 1]));
  }
  return list;
}

export async function read({ root, files }) {
  const table = new TableSum();
  for (const path of files) {
    const file = await ParquetFile.fromFile(new Blob([fs.readFileSync(path)]));
    const metadata = file.metadata();
    const groups = metadata.numRowGroups();
    let rows = 0;
    const schema = tableFromIPC(file.schema().intoIPCStream());
    for (const field of schema.schema.fields) table.column(field.name, typeOf(field.type));
    for (let group = 0; group < groups; group++) {
      const arrow = tableFromIPC((await file.read({ rowGroups: [group] })).intoIPCStream());
      arrow.schema.fields.forEach((field, i) => {
        for (const data of arrow.getChildAt(i).data) addAll(table.columns[field.name], data);
      });
      rows += arrow.numRows;
    }
    if (rows !== metadata.fileMetadata().numRows()) throw new Error(`${path}: ${rows} rows read, ${metadata.fileMetadata().numRows()} in the footer`);
    table.rows += rows;
    for (const [name, value] of partitions(root, path)) table.addPartition(name, value, rows);
  }
  return table;
}
