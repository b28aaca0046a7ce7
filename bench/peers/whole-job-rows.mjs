// Where the rows of the two sides of whole-job.mjs differ, event by event, and why. Throws when what one of them wrote is not what its links say.

import fs from 'node:fs';
import path from 'node:path';

/**
 * Prints how many events came out of both sides, of one, of none.
 * @param {object} connection DuckDB's.
 * @param {{ sent: string, participants: string, joinKey: string, duckdb: string, linkage: string }} places What was sent, and what came out.
 */
export const compareRows = async (connection, { sent, participants, joinKey, duckdb, linkage }) => {
  const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows().map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
  // A table that got no row has no file.
  const table = (name, fallback) => (fs.existsSync(path.join(linkage, name)) && fs.readdirSync(path.join(linkage, name)).some((file) => file.endsWith('.parquet')) ? `read_parquet('${linkage}/${name}/*.parquet')` : `(${fallback} LIMIT 0)`);
  await connection.run(`
    CREATE TEMP TABLE events AS
    SELECT theirs.participant_id AS theirs, CASE WHEN rejects.reason IS NULL THEN links.participant_id END AS ours, links.tier AS tier, rejects.reason AS reject, review.reason AS review, e.nhs_number
    FROM read_csv('${sent}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {batch_id: 'VARCHAR', patient: 'INTEGER', record: 'INTEGER', nhs_number: 'VARCHAR'}) e
    LEFT JOIN read_parquet('${participants}') theirs ON theirs.token = sha256('${joinKey}' || e.nhs_number)
    LEFT JOIN ${table('participant_links', "SELECT '' AS batch_id, 0 AS patient, '' AS participant_id, 0 AS tier")} links USING (batch_id, patient)
    LEFT JOIN ${table('review', "SELECT '' AS batch_id, 0 AS patient, '' AS reason")} review USING (batch_id, patient)
    LEFT JOIN (SELECT batch_id, record, reason FROM ${table('rejects', "SELECT '' AS batch_id, 0 AS record, '' AS reason, '' AS kind")} WHERE kind = 'clinical') rejects USING (batch_id, record)`);
  for (const [side, column, glob] of [['Linkage', 'ours', `${linkage}/gp_clinical/*/*.parquet`], ['DuckDB', 'theirs', `${duckdb}/*/*.parquet`]]) {
    const [[different]] = await rows(`
      SELECT count(*) FROM (SELECT ${column} AS participant_id, count(*) AS n FROM events WHERE ${column} IS NOT NULL GROUP BY 1) expected
      FULL JOIN (SELECT participant_id, count(*) AS n FROM read_parquet('${glob}') GROUP BY 1) written USING (participant_id) WHERE expected.n IS DISTINCT FROM written.n`);
    if (different !== 0) throw new Error(`${different} participants have not the rows in ${side}'s files that its links give them`);
  }
  const fates = await rows(`
    SELECT CASE
      WHEN ours = theirs THEN '1 both, by ' || CASE tier WHEN 1 THEN 'number and date of birth' WHEN 2 THEN 'exact keys' ELSE 'score' END
      WHEN ours IS NOT NULL AND theirs IS NOT NULL THEN '2 both, under different participants'
      WHEN ours IS NOT NULL THEN '3 Linkage only, by ' || CASE tier WHEN 1 THEN 'number (written with spaces or dashes)' WHEN 2 THEN 'exact keys' ELSE 'score' END || CASE WHEN nhs_number IS NULL THEN ', no number' ELSE '' END
      WHEN theirs IS NOT NULL AND reject IS NOT NULL THEN '4 DuckDB only: Linkage rejects the record, ' || reject
      WHEN theirs IS NOT NULL THEN '4 DuckDB only: ' || CASE WHEN review IS NOT NULL THEN 'for review, ' || review ELSE 'the number is the participant''s, the rest is not' END
      ELSE '5 neither' END AS fate, count(*) AS events
    FROM events GROUP BY fate ORDER BY fate`);
  console.log('| event came out of | events |\n|---|---:|');
  for (const [fate, events] of fates) console.log(`| ${fate.slice(2)} | ${events} |`);
};
