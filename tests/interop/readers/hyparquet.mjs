// hyparquet, a reader written in JavaScript. Row group by row group, so that memory stays bounded.

import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { partitions } from '../tables.mjs';
import { TableSum } from '../columns.mjs';

// Exact values instead of JavaScript dates.
const parsers = {
  dateFromDays: (days) => days,
  timestampFromMicroseconds: (micros) => micros,
  stringFromBytes: (bytes) => bytes,
};

export function typeOf(element) {
  const logical = element.logical_type?.type;
  if (element.type === 'BYTE_ARRAY' && logical === 'STRING' && element.converted_type === 'UTF8') return 'string';
  if (element.type === 'INT32' && logical === 'DATE' && element.converted_type === 'DATE') return 'date';
  if (element.type === 'INT64' && logical === 'TIMESTAMP' && element.logical_type.unit === 'MICROS' && element.logical_type.isAdjustedToUTC) return 'timestamp_us';
  if (logical || element.converted_type) return `${element.type} ${logical} ${element.converted_type}`;
  return { BOOLEAN: 'boolean', INT32: 'int32', INT64: 'int64', DOUBLE: 'double' }[element.type] ?? element.type;
}

/** Columns of the table with their types: leaves, and lists of strings in the three levels that the format prescribes. */
function topLevel(schema) {
  const columns = [];
  for (let i = 1; i < schema.length;) {
    const [element, repeated, leaf] = schema.slice(i, i + 3);
    const isList = element.num_children === 1 && element.converted_type === 'LIST' && element.logical_type?.type === 'LIST' && element.repetition_type !== 'REPEATED'
      && repeated.name === 'list' && repeated.repetition_type === 'REPEATED' && repeated.num_children === 1 && leaf.name === 'element' && typeOf(leaf) === 'string';
    if (element.num_children && !isList) throw new Error(`column ${element.name} is nested in a way of its own`);
    columns.push({ element, type: isList ? 'list<string>' : typeOf(element) });
    i += isList ? 3 : 1;
  }
  return columns;
}

export async function read({ root, files }) {
  const table = new TableSum();
  for (const path of files) {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file, { parsers });
    const elements = topLevel(metadata.schema);
    for (const { element, type } of elements) table.column(element.name, type);
    let row = 0;
    for (const group of metadata.row_groups) {
      const rows = Number(group.num_rows);
      const seen = {};
      await parquetRead({
        file, metadata, compressors, parsers, geoparquet: false, rowStart: row, rowEnd: row + rows,
        onChunk: ({ columnName, columnData }) => {
          const sum = table.columns[columnName];
          for (let i = 0; i < columnData.length; i++) sum.add(columnData[i]);
          seen[columnName] = (seen[columnName] ?? 0) + columnData.length;
        },
      });
      for (const { element } of elements) {
        if (seen[element.name] !== rows) throw new Error(`${path}: column ${element.name} has ${seen[element.name]} of ${rows} rows`);
      }
      row += rows;
    }
    if (row !== Number(metadata.num_rows)) throw new Error(`${path}: ${row} rows in row groups, ${metadata.num_rows} in the footer`);
    table.rows += row;
    for (const [name, value] of partitions(root, path)) table.addPartition(name, value, row);
  }
  return table;
}
