/** Why something sent was not taken. `error` is a code of the README's table, `field` the name it is about. */
export interface Problem {
  ok: false;
  error: string;
  field: string;
  message: string;
}

export const problem = (error: string, field: string, message: string): Problem => ({
  ok: false,
  error,
  field,
  message,
});
