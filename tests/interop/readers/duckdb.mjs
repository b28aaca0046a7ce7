// DuckDB through its own node client: the whole table in one query, globs and partition columns by DuckDB's own rules.

import { DuckDBInstance, DuckDBTypeId } from '@duckdb/node-api';
import { partitions } from '../tables.mjs';
import { TableSum } from '../columns.mjs';

const types = {
  [DuckDBTypeId.BOOLEAN]: ['boolean', (value) => value],
  [DuckDBTypeId.INTEGER]: ['int32', (value) => value],
  [DuckDBTypeId.BIGINT]: ['int64', (value) => value],
  [DuckDBTypeId.DOUBLE]: ['double', (value) => value],
  [DuckDBTypeId.DATE]: ['date', (value) => value.days],
  [DuckDBTypeId.TIMESTAMP_TZ]: ['timestamp_us', (value) => value.micros],
  [DuckDBTypeId.VARCHAR]: ['string', (value) => value],
};

const instance = await DuckDBInstance.create(':memory:');
export const connection = await instance.connect();
export const quote = (text) => `'${text.replaceAll("'", "''")}'`;

export async function read({ root, files, glob }) {
  const hive = files.some((file) => partitions(root, file).length > 0);
  const result = await connection.stream(
    `SELECT * FROM read_parquet(${glob ? quote(glob) : `[${files.map(quote).join(',')}]`}, hive_partitioning = ${hive}, hive_types_autocast = false)`);
  const table = new TableSum();
  const columns = result.columnNames().map((name, i) => {
    const isList = result.columnTypeId(i) === DuckDBTypeId.LIST && result.columnType(i).valueType.typeId === DuckDBTypeId.VARCHAR;
    const type = isList ? ['list<string>', (value) => value.items] : types[result.columnTypeId(i)] ?? [String(result.columnType(i))];
    return { sum: table.column(name, type[0]), convert: type[1] };
  });
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    table.rows += chunk.rowCount;
    columns.forEach(({ sum, convert }, i) => {
      for (const value of chunk.getColumnValues(i)) sum.add(value === null ? null : convert(value));
    });
  }
  return table;
}
