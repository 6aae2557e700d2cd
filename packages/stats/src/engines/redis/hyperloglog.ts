/**
 * Reads the HyperLogLogs of Redis (`hyperloglog.c`, the same since version 2.8.9) and counts them together here: Redis would
 * stand still for each union it counts. A test holds every step equal to what Redis itself says.
 */
const REGISTERS = 16_384;
const REGISTER_BITS = 6;
const HEADER_BYTES = 16;
const DENSE = 0;
/** Bits of a hash that give the value of a register. */
const RANK_BITS = 50;

export type Registers = Uint8Array;

export const newRegisters = (): Registers => new Uint8Array(REGISTERS);

const raise = (registers: Registers, index: number, value: number): void => {
  if (value > (registers[index] as number)) registers[index] = value;
};

const mergeDense = (registers: Registers, log: Buffer): void => {
  for (let index = 0; index < REGISTERS; index++) {
    const bit = index * REGISTER_BITS;
    const at = HEADER_BYTES + (bit >> 3);
    const two = (log[at] as number) | ((log[at + 1] ?? 0) << 8);
    raise(registers, index, (two >> (bit & 7)) & 63);
  }
};

/** Runs of registers: `00` and `01` are zeros, short and long, `1` some of the same value. */
const mergeSparse = (registers: Registers, log: Buffer): void => {
  let index = 0;
  for (let at = HEADER_BYTES; at < log.length; at++) {
    const byte = log[at] as number;
    if (byte & 0x80) {
      const value = ((byte >> 2) & 31) + 1;
      for (let left = (byte & 3) + 1; left > 0; left--) raise(registers, index++, value);
    } else if (byte & 0x40) {
      at += 1;
      index += (((byte & 63) << 8) | (log[at] as number)) + 1;
    } else {
      index += (byte & 63) + 1;
    }
  }
};

/** Adds what Redis gives for GET of a HyperLogLog. */
export const mergeLog = (registers: Registers, log: Buffer): void => {
  if (log[4] === DENSE) mergeDense(registers, log);
  else mergeSparse(registers, log);
};

const M = 0xc6a4a793_5bd1e995n;
const SEED = 0xadc83b19n;
const BITS = (1n << 64n) - 1n;

/** MurmurHash64A (public domain, A. Appleby) of an element of fewer than 8 bytes, with Redis' seed. */
const hash = (element: number, bytes: number): bigint => {
  let h = SEED ^ ((BigInt(bytes) * M) & BITS);
  // The number holds its bytes with the highest first; the hash wants the lowest first.
  let tail = 0n;
  for (let i = 0, rest = element; i < bytes; i++, rest = Math.floor(rest / 256)) {
    tail = (tail << 8n) | BigInt(rest % 256);
  }
  h = ((h ^ tail) * M) & BITS;
  h ^= h >> 47n;
  h = (h * M) & BITS;
  return h ^ (h >> 47n);
};

/** Adds one element, as PFADD would. @param element its bytes as a number, the highest first */
export const addElement = (registers: Registers, element: number, bytes: number): void => {
  const h = hash(element, bytes);
  const rest = h >> 14n;
  let value = 1;
  while (value <= RANK_BITS && ((rest >> BigInt(value - 1)) & 1n) === 0n) value += 1;
  raise(registers, Number(h & 0x3fffn), value);
};

const tau = (x: number): number => {
  if (x === 0 || x === 1) return 0;
  let z = 1 - x;
  let y = 1;
  let root = x;
  for (let before = Number.NaN; z !== before; ) {
    root = Math.sqrt(root);
    before = z;
    y *= 0.5;
    z -= (1 - root) ** 2 * y;
  }
  return z / 3;
};

const sigma = (x: number): number => {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let z = x;
  let y = 1;
  let power = x;
  for (let before = Number.NaN; z !== before; ) {
    power *= power;
    before = z;
    z += power * y;
    y += y;
  }
  return z;
};

/** How many different elements there are, ±0.81 % (O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017). */
export const estimate = (registers: Registers): number => {
  const histogram = new Uint32Array(RANK_BITS + 2);
  for (const value of registers) histogram[value] = (histogram[value] as number) + 1;
  let z = REGISTERS * tau((REGISTERS - (histogram[RANK_BITS + 1] as number)) / REGISTERS);
  for (let value = RANK_BITS; value >= 1; value--) z = (z + (histogram[value] as number)) * 0.5;
  z += REGISTERS * sigma((histogram[0] as number) / REGISTERS);
  return Math.round((0.5 / Math.LN2) * (REGISTERS / z) * REGISTERS);
};
