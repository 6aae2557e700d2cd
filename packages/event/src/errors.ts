/** What the caller must do: try again later, park the record and go on, or stop the process. */
export type ErrorKind = 'retry' | 'dead' | 'fatal';

/** The one error class of the project. `code` stands in the package's code table (README), `kind` says what to do. */
export class PushtechError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;

  constructor(code: string, kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PushtechError';
    this.code = code;
    this.kind = kind;
  }
}

export const isPushtechError = (error: unknown, code?: string): error is PushtechError =>
  error instanceof PushtechError && (code === undefined || error.code === code);
