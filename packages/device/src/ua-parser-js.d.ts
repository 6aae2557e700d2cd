/** The part of ua-parser-js 1.x that is used here; the package brings no types of its own. */
declare module 'ua-parser-js' {
  export default class UAParser {
    constructor(agent: string);
    getBrowser(): { name?: string; version?: string };
    getDevice(): { vendor?: string; model?: string; type?: string };
    getOS(): { name?: string; version?: string };
  }
}
