/** The value of `X-Not-Kept`: the reason, and the field where one can be named. Safe in a header whatever the field is. */
export const notKept = (reason: string, field: string): string =>
  field === ''
    ? reason
    : `${reason}; field=${/^[\w.:-]{1,64}$/.test(field) ? field : encodeURIComponent(field.toWellFormed()).slice(0, 100)}`;
