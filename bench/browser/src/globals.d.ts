/** The functions that a measured page gives the probe: `driver.js` of `bench/peers`. */
interface Driver {
  opening(): HTMLButtonElement | null;
  ready(): HTMLButtonElement | null;
  step(): string | null;
  picker(): HTMLInputElement;
  thumbnails(): number;
  accepted(): number;
}

/** Put in by the bench. */
declare const DRIVER: Driver;

interface Window {
  bench: object;
}
