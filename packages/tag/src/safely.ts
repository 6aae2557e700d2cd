/** The page must never notice us: what goes wrong in here ends in here. */
export const safely =
  <Args extends unknown[], Result>(act: (...args: Args) => Result) =>
  (...args: Args): Result | undefined => {
    try {
      return act(...args);
    } catch {
      return undefined;
    }
  };

/** Hears events before the page can stop them. @param names separated by a space */
export const listen = <Heard extends Event>(
  target: EventTarget,
  names: string,
  heard: (event: Heard) => void,
): void => {
  for (const name of names.split(' ')) target.addEventListener(name, safely(heard) as EventListener, true);
};
