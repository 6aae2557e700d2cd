/** What may come in. Sizes are bytes of UTF-8 unless said otherwise. */
export const limits = {
  /** Request target of a pixel; also `url` and `ref` inside an item. */
  urlBytes: 8192,
  params: 64,
  keyLength: 64,
  valueBytes: 1024,
  headerBytes: 16_384,
  /** `vid`, `sid` and `lang`. */
  labelBytes: 128,
  /** `ip`. */
  addressBytes: 64,
  /** `ua` of an import. */
  userAgentBytes: 2048,
  /** Levels of nesting inside `properties`; a plain value is level 1. */
  depth: 4,
  /** Items in one POST. */
  items: 500,
  /** Body of one POST, after decompression. */
  bodyBytes: 1_048_576,
  /** User agents are cut here before anyone parses them. */
  userAgentLength: 512,
  /** How far `at` may lie ahead of the time of receipt, in ms. */
  aheadMs: 24 * 3_600_000,
  /** How far back `at` may lie unless the item is imported, in ms. */
  behindMs: 30 * 24 * 3_600_000,
  /** The oldest `at` an import may carry: 1995-01-01 UTC, in epoch ms. */
  importFloor: Date.UTC(1995, 0, 1),
} as const;
