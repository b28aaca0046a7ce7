// The clinical events of a feed of `linkage synth`, for both sides of whole-job.mjs: as batches, as they were but for other kinds of record and for patients without an event, and as a row
// an event with its patient's NHS number, as NDJSON and as CSV. Reads Avro containers by schemas/gp-record-batch.avsc, with nothing of Linkage.

import fs from 'node:fs';
import path from 'node:path';

const columnOfSystem = { 0: 'snomed_ct', 1: 'read_2', 2: 'read_3' };

/** Avro's binary encoding, from a place in a buffer. */
class AvroReader {
  constructor(buffer, at = 0) {
    this.buffer = buffer;
    this.at = at;
  }

  /** A long that a double holds exactly: zig-zag, seven bits a byte. */
  long() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.buffer[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }

  bytes(length) {
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  string() {
    const length = this.long();
    this.at += length;
    return this.buffer.toString('utf8', this.at - length, this.at);
  }

  double() {
    this.at += 8;
    return this.buffer.readDoubleLE(this.at - 8);
  }

  optional(read) {
    return this.long() === 0 ? null : read();
  }

  /** Calls `item` for every element of an array or map. */
  each(item) {
    for (let count = this.long(); count !== 0; count = this.long()) {
      if (count < 0) {
        this.long();
        count = -count;
      }
      for (let i = 0; i < count; i++) item();
    }
  }
}

/** Avro's binary encoding, into a buffer that grows and is used again. */
class AvroWriter {
  constructor() {
    this.buffer = Buffer.allocUnsafe(1 << 20);
    this.at = 0;
  }

  reserve(bytes) {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  long(value) {
    this.reserve(10);
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.buffer[this.at++] = (rest % 128) | 0x80;
    this.buffer[this.at++] = rest;
  }

  /** Bytes as they are: what another buffer holds from `start` to `end`. */
  copy(from, start = 0, end = from.length) {
    this.reserve(end - start);
    this.at += from.copy(this.buffer, this.at, start, end);
  }

  /** An array of elements in one block. */
  array(elements, write) {
    if (elements.length > 0) {
      this.long(elements.length);
      for (const element of elements) write(element);
    }
    this.long(0);
  }

  get bytes() {
    return this.buffer.subarray(0, this.at);
  }
}

/** One datum. Places (`from`, `to`) are of what goes on as it is. */
const readBatch = (reader) => {
  const batch = { from: reader.at, id: reader.string(), patients: [], codes: [], texts: [], events: [] };
  for (let i = 0; i < 2; i++) reader.string();
  batch.provider = reader.long();
  for (let i = 0; i < 2; i++) reader.optional(() => reader.long());
  batch.to = reader.at;
  const text = () => reader.string();
  const number = () => reader.long();
  const double = () => reader.double();
  reader.each(() => {
    const patient = { from: reader.at, number: reader.optional(text), sent: -1 };
    for (let i = 1; i < 8; i++) reader.optional(text);
    patient.to = reader.at;
    batch.patients.push(patient);
  });
  batch.listsFrom = reader.at;
  reader.each(() => batch.codes.push({ system: reader.long(), code: reader.string() }));
  reader.each(() => batch.texts.push(reader.string()));
  batch.listsTo = reader.at;
  reader.each(() => {
    const event = { patient: reader.long(), from: reader.at };
    event.date = reader.optional(number);
    reader.optional(number);
    event.code = batch.codes[reader.long()];
    event.value1 = reader.optional(double);
    event.value2 = reader.optional(double);
    event.value3 = batch.texts[reader.long()] ?? null;
    reader.at++; // deleted
    event.to = reader.at;
    batch.events.push(event);
  });
  reader.each(() => {
    reader.long();
    reader.optional(number);
    for (let i = 0; i < 3; i++) reader.long();
    reader.at++;
  });
  reader.each(() => {
    reader.long();
    for (let i = 0; i < 2; i++) reader.optional(number);
    reader.at++;
  });
  return batch;
};

/** Writes the batch with its clinical events and their patients alone; returns how many patients that are. */
const writeBatch = (batch, buffer, writer) => {
  const sent = [];
  for (const event of batch.events) {
    const patient = batch.patients[event.patient];
    if (patient !== undefined && patient.sent < 0) patient.sent = sent.push(patient) - 1;
  }
  writer.copy(buffer, batch.from, batch.to);
  writer.array(sent, (patient) => writer.copy(buffer, patient.from, patient.to));
  writer.copy(buffer, batch.listsFrom, batch.listsTo);
  writer.array(batch.events, (event) => {
    writer.long(batch.patients[event.patient]?.sent ?? -1);
    writer.copy(buffer, event.from, event.to);
  });
  for (let i = 0; i < 2; i++) writer.long(0); // no scripts, no registrations
  return sent.length;
};

const days = new Map();
const isoDay = (day) => {
  if (day === null) return null;
  let text = days.get(day);
  if (text === undefined) days.set(day, (text = new Date(day * 86_400_000).toISOString().slice(0, 10)));
  return text;
};
const field = (value) => (value === null ? '' : typeof value === 'string' && /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const csvLine = (values) => values.map(field).join(',') + '\n';
const jsonLine = (row) => JSON.stringify(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))) + '\n';

export const eventColumns = { nhs_number: 'VARCHAR', data_provider: 'INTEGER', event_dt: 'DATE', read_2: 'VARCHAR', read_3: 'VARCHAR', snomed_ct: 'VARCHAR', value1: 'DOUBLE', value2: 'DOUBLE', value3: 'VARCHAR' };

/** A row as DuckDB's side has it: what a column of gp_clinical is made from, and the number. */
const eventRow = (batch, event) => {
  const row = { nhs_number: batch.patients[event.patient]?.number ?? null, data_provider: batch.provider, event_dt: isoDay(event.date), read_2: null, read_3: null, snomed_ct: null, value1: event.value1, value2: event.value2, value3: event.value3 };
  if (event.code !== undefined && columnOfSystem[event.code.system] !== undefined) row[columnOfSystem[event.code.system]] = event.code.code;
  return row;
};

/** A text file that is written in large pieces. */
class TextFile {
  constructor(place, header) {
    this.file = fs.openSync(place, 'w');
    this.pieces = [header];
  }

  add(text) {
    if (this.pieces.push(text) >= 20_000) this.flush();
  }

  flush() {
    fs.writeSync(this.file, this.pieces.join(''));
    this.pieces = [];
  }

  close() {
    this.flush();
    fs.closeSync(this.file);
  }
}

/**
 * Takes the first `limit` clinical events (whole batches) of the containers in `from`. Writes into `to`: `batches/`, `events.ndjson`, `events.csv`, and for the comparison of what came out `sent.csv`,
 * a line an event with its batch, its patient's and its own index there. Returns the numbers of events, patients (once a batch) and batches, and the bytes of the batches.
 */
export const takeClinical = (from, to, limit) => {
  const totals = { events: 0, patients: 0, batches: 0, bytes: 0 };
  fs.mkdirSync(path.join(to, 'batches'), { recursive: true });
  const ndjson = new TextFile(path.join(to, 'events.ndjson'), '');
  const table = new TextFile(path.join(to, 'events.csv'), csvLine(Object.keys(eventColumns)));
  const sent = new TextFile(path.join(to, 'sent.csv'), 'batch_id,patient,record,nhs_number\n');
  for (const name of fs.readdirSync(from).filter((entry) => entry.endsWith('.avro')).toSorted()) {
    if (totals.events >= limit) break;
    const reader = new AvroReader(fs.readFileSync(path.join(from, name)));
    const meta = {};
    if (reader.bytes(4).toString('latin1') !== 'Obj\x01') throw new Error(`${name} is no Avro container`);
    reader.each(() => {
      const key = reader.string();
      meta[key] = reader.string();
    });
    if ((meta['avro.codec'] ?? 'null') !== 'null') throw new Error(`${name} has the codec ${meta['avro.codec']}; only null is read here`);
    const sync = reader.bytes(16);
    const out = fs.openSync(path.join(to, 'batches', name), 'w');
    fs.writeSync(out, reader.buffer, 0, reader.at);
      while (reader.at < reader.buffer.length && totals.events < limit) {
      const count = reader.long();
      const end = reader.long() + reader.at;
      const block = new AvroWriter();
      let batches = 0;
      for (let i = 0; i < count; i++) {
        const batch = readBatch(reader);
        if (batch.events.length === 0) continue;
        totals.patients += writeBatch(batch, reader.buffer, block);
        batch.events.forEach((event, record) => {
          const row = eventRow(batch, event);
          table.add(csvLine(Object.values(row)));
          ndjson.add(jsonLine(row));
          sent.add(csvLine([batch.id, batch.patients[event.patient]?.sent ?? -1, record, row.nhs_number]));
        });
        totals.events += batch.events.length;
        batches++;
      }
      if (reader.at !== end || !reader.bytes(16).equals(sync)) throw new Error(`${name} is not as schemas/gp-record-batch.avsc says, before byte ${end}`);
      if (batches === 0) continue;
      const lengths = new AvroWriter();
      lengths.long(batches);
      lengths.long(block.at);
      for (const bytes of [lengths.bytes, block.bytes, sync]) fs.writeSync(out, bytes);
      totals.batches += batches;
      totals.bytes += block.at;
    }
    fs.closeSync(out);
  }
  for (const file of [ndjson, table, sent]) file.close();
  return totals;
};
