/** For a POSIX shell. */
export const shellQuoted: (text: string) => string;
/** A command that sends an event again. @param address of POST /t */
export const curlOf: (event: object, address: string) => string;
