export const TYPE_PATTERN = /^[\w.:-]{1,64}$/;
export const SITE_PATTERN = /^[\w.:-]{1,253}$/;

/** What `Date#toISOString` writes for the years 0 to 9999. */
export const INSTANT_PATTERN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
