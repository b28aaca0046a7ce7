// What a table's columns hold, independent of reader and row order. See README.md for the definition.

const encoder = new TextEncoder();

/** FNV-1a, 64 bits, of bytes[start..end), left in fnv.high and fnv.low: BigInt would take a hundred times as long. */
const fnv = { high: 0, low: 0 };
function hash(bytes, start, end) {
  let high = 0xcbf29ce4, low = 0x84222325;
  for (let i = start; i < end; i++) {
    low = (low ^ bytes[i]) >>> 0;
    // times 0x100000001b3, in two halves
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 0x100000000) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  fnv.high = high;
  fnv.low = low;
}

const bits = new DataView(new ArrayBuffer(8));
function hexOf(double) {
  if (Number.isNaN(double)) return 'nan';
  bits.setFloat64(0, double);
  return bits.getBigUint64(0).toString(16).padStart(16, '0');
}

function compareDoubles(left, right) {
  if (left !== right) return left < right ? -1 : 1;
  return Object.is(left, right) ? 0 : Object.is(left, -0) ? -1 : 1;
}

const plainOrder = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

const kinds = {
  boolean: { text: (value) => (value ? 'true' : 'false'), compare: plainOrder },
  int32: { text: String, compare: plainOrder },
  date: { text: String, compare: plainOrder },
  int64: { text: String, compare: plainOrder },
  timestamp_us: { text: String, compare: plainOrder },
  double: { text: hexOf, compare: compareDoubles, skip: Number.isNaN },
  string: {},
  'list<string>': { text: textOfList, skip: () => true },
};

/** A list's canonical text: each element as its length in bytes, a colon, itself, a comma. */
function textOfList(elements) {
  return elements.map((element) => {
    if (element === null || element === undefined) return '~,';
    const bytes = typeof element === 'string' ? encoder.encode(element) : element;
    return `${bytes.length}:${Buffer.from(bytes).toString('utf8')},`;
  }).join('');
}

/** Texts longer than this are not kept for their hash. */
const cachedLength = 64;
const cachedTexts = 1 << 16;

/** Sums up one column. Integers may come as Number or BigInt, strings as string or UTF-8 bytes. */
export class ColumnSum {
  constructor(type) {
    if (!(type in kinds)) throw new Error(`a reader gave a column of type ${type}`);
    this.type = type;
    this.kind = kinds[type];
    this.count = 0;
    this.nulls = 0;
    this.min = undefined;
    this.max = undefined;
    this.high = 0;
    this.low = 0;
    this.cache = new Map();
  }

  add(value) {
    if (value === null || value === undefined) {
      this.nulls++;
      return;
    }
    this.count++;
    if (this.type === 'string') {
      if (typeof value === 'string') this.addText(value);
      else this.addBytes(value, 0, value.length);
      return;
    }
    const known = this.cache.get(value);
    if (known !== undefined && value !== 0) {
      this.addHash(known.high, known.low);
      return;
    }
    if (!this.kind.skip?.(value)) {
      if (this.min === undefined || this.kind.compare(value, this.min) < 0) this.min = value;
      if (this.max === undefined || this.kind.compare(value, this.max) > 0) this.max = value;
    }
    const text = encoder.encode(this.kind.text(value));
    hash(text, 0, text.length);
    this.addHash(fnv.high, fnv.low);
    this.remember(value);
  }

  addText(text) {
    const known = this.cache.get(text);
    if (known !== undefined) {
      this.addHash(known.high, known.low);
      return;
    }
    const bytes = encoder.encode(text);
    this.addBytes(bytes, 0, bytes.length);
    if (text.length <= cachedLength) this.remember(text);
  }

  /** A string as a range of bytes, counted by the caller. */
  addBytes(bytes, start, end) {
    hash(bytes, start, end);
    this.addHash(fnv.high, fnv.low);
    const value = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    if (this.min === undefined || value.compare(this.min) < 0) this.min = Buffer.from(value);
    if (this.max === undefined || value.compare(this.max) > 0) this.max = Buffer.from(value);
  }

  /** A string as a range of bytes of a larger buffer. */
  addRange(bytes, start, end) {
    this.count++;
    this.addBytes(bytes, start, end);
  }

  addHash(high, low) {
    const sum = this.low + low;
    this.low = sum >>> 0;
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  }

  remember(value) {
    if (this.cache.size < cachedTexts) this.cache.set(value, { high: fnv.high, low: fnv.low });
  }

  state(value) {
    if (value === undefined) return null;
    return this.type === 'string' ? value.toString('utf8') : this.kind.text(value);
  }

  toJSON() {
    const checksum = this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
    return { type: this.type, count: this.count, nulls: this.nulls, min: this.state(this.min), max: this.state(this.max), checksum };
  }
}

/** The columns of one table by name, in order of appearance. */
export class TableSum {
  constructor() {
    this.rows = 0;
    this.columns = {};
  }

  column(name, type) {
    const column = (this.columns[name] ??= new ColumnSum(type));
    if (column.type !== type) throw new Error(`column ${name} is ${column.type} in one file and ${type} in another`);
    return column;
  }

  /** A partition column: one value, or null, for all rows of a file. */
  addPartition(name, value, rows) {
    const column = this.column(name, 'string');
    for (let i = 0; i < rows; i++) column.add(value);
  }
}
