/** Reads ISO times. Neighbours often have the same one. @returns epoch ms */
export const createClockReader = () => {
  let last = '';
  let at = 0;
  return (text: string): number => {
    if (text !== last) at = Date.parse(text);
    last = text;
    return at;
  };
};
