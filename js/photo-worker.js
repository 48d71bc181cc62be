/**
 * Where photos are prepared: in a worker, where the page lets one start, and on the page itself, where it does not. One file for
 * both, with the codec (`photo-codec.js`), so the steps and the results are the same.
 */

import { givesBackWhatIsDrawn, prepare } from "./photo-codec.js";

/** One worker is slower for a batch than the page itself; more than two want too much memory of a phone. */
const WORKERS = 2;
/** In GiB: phones with no more do one photo at a time, and so does what is touched and does not say how much it has. */
const LITTLE_MEMORY = 2;
/** How many photos that can be seen a worker may have in hand before it makes the print of one: 12 MB each. */
const IN_HAND = 3;
/** In bytes: larger files are done alone. 48 MP are 10 MB and more as JPEG, and 192 MB decoded. */
const LARGE_FILE = 8 << 20;
/** In ms: a worker whose script does not come (a tunnel) is not waited for longer. */
const START_WAIT = 3000;
/** In ms: the slowest phone needs some seconds for a photo. A worker that takes longer has died without a word. */
const WORKER_WAIT = 60_000;

let isWarm = false;
/** A worker that was started before there is a desk for it. */
let early;

/**
 * Starts the first worker, once: it makes the first formatter of dates, which takes a slow phone a tenth of a second, for every thread of the
 * page. Without a worker the page makes that, while it has nothing to do but wait.
 */
export async function warm() {
  if (isWarm) return;
  isWarm = true;
  early = startWorker();
  if (!(await early)) new Intl.DateTimeFormat();
}

/** Where the reader is, which few photos need; the file lies beside this one, except where a bundler has put it elsewhere. */
const readerBeside = async () => new URL("photo-reader.js", import.meta.url).href;

/**
 * Where photos are prepared. `prepare` gives what is to be seen of a photo, in which `print` promises what is sent, if that is
 * wanted; it rejects where the file cannot be read. `getReader` promises the address of `photo-reader.js` once it is fetched.
 */
export function photoDesk(getReader = readerBeside) {
  const waiting = [];
  let workers = [];
  let hands;
  let unfinished = 0;
  let isAlone = false;
  let isClosed = false;

  const finish = () => {
    unfinished--;
    isAlone = false;
  };

  const see = async (hand, { asked, resolve, reject }) => {
    const [file, , wantsPrint] = asked;
    unfinished++;
    isAlone = file.size > LARGE_FILE;
    // Without a connection the codec alone decides what can be read.
    const lookCloser = async () => hand.prepare(...asked, await getReader().catch(() => ""));
    try {
      const sight = await hand.prepare(...asked).catch(lookCloser);
      if (!wantsPrint) {
        finish();
        return resolve(sight);
      }
      const print = new Promise((give, refuse) => {
        // Where no canvas works, the file goes without its metadata.
        const printAnew = async () => (await lookCloser()).print();
        hand.prints.push(() => sight.print().catch(printAnew).then(give, refuse).finally(finish));
      });
      // Nobody may wait for it any more.
      print.catch(() => {});
      resolve({ ...sight, print });
    } catch (trouble) {
      finish();
      reject(trouble);
    }
  };

  // What can be seen comes before what can be sent, and otherwise who came first. A large photo waits until no other is
  // unfinished, and none begins beside it.
  const next = (hand) => {
    const [first] = waiting;
    const mayBegin = first && hand.prints.length < IN_HAND && !isAlone && !(unfinished && first.asked[0].size > LARGE_FILE);
    return mayBegin ? () => see(hand, waiting.shift()) : hand.prints.shift();
  };

  const goOn = (idle) => {
    if (isClosed) return;
    for (const hand of idle.splice(0)) {
      const work = next(hand);
      if (work) {
        work().then(() => {
          idle.push(hand);
          goOn(idle);
        });
      } else idle.push(hand);
    }
  };

  const start = async () => {
    const memory = navigator.deviceMemory ?? (navigator.maxTouchPoints ? LITTLE_MEMORY : Infinity);
    const count = memory <= LITTLE_MEMORY ? 1 : WORKERS;
    const started = [early?.then((worker) => worker ?? startWorker()) ?? startWorker()];
    early = undefined;
    while (started.length < count) started.push(startWorker());
    workers = (await Promise.all(started)).filter(Boolean);
    const places = workers.length ? workers.map((worker) => handOver(worker, () => isClosed)) : [prepare];
    return places.map((prepare) => ({ prepare, prints: [] }));
  };

  return {
    /** Starts what will be needed, while there is a connection to fetch it over. */
    warm() {
      hands ??= start();
      try {
        // Every photo will need it then.
        if (!givesBackWhatIsDrawn()) getReader().catch(() => {});
      } catch {
        // What the page lacks workers may have.
      }
    },
    async prepare(file, wantsCodes, wantsPrint, shorterSide = 0) {
      const idle = await (hands ??= start());
      return new Promise((resolve, reject) => {
        waiting.push({ asked: [file, wantsCodes, wantsPrint, shorterSide], resolve, reject });
        goOn(idle);
      });
    },
    /** Nothing is prepared from here on, nor is anything that was asked for finished. */
    close() {
      isClosed = true;
      hands ??= Promise.resolve([]);
      hands.then(() => workers.forEach((worker) => worker.terminate()));
    },
  };
}

/** `prepare`, by a worker. What it leaves undone because it is gone, the page itself does, unless it is not wanted any more. */
function handOver(worker, isOver) {
  let isGone = false;
  /** What the worker answers to `message`, or what is done `instead` where there is none. */
  const ask = (message, instead) =>
    new Promise((resolve, reject) => {
      let late;
      const goOnWithout = () => {
        clearTimeout(late);
        isGone = true;
        worker.terminate();
        if (!isOver()) resolve(instead());
      };
      if (isGone) return goOnWithout();
      late = setTimeout(goOnWithout, WORKER_WAIT);
      worker.onmessage = ({ data: { answer } }) => {
        clearTimeout(late);
        answer ? resolve(answer) : reject(new Error("unreadable"));
      };
      worker.onerror = goOnWithout;
      worker.postMessage(message);
    });
  return async (...asked) => {
    const onPage = () => prepare(...asked);
    const sight = await ask({ asked }, onPage);
    return { print: () => ask({ place: sight.place }, async () => (await onPage()).print()), ...sight };
  };
}

/** A worker that has said hello, or nothing where the page (its CSP, its origin, its Trusted Types) allows none. */
function startWorker() {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(ownAddress(), { type: "module" });
      const goOnWithout = () => {
        worker.terminate();
        resolve();
      };
      const late = setTimeout(goOnWithout, START_WAIT);
      worker.onmessage = () => {
        clearTimeout(late);
        resolve(worker);
      };
      worker.onerror = goOnWithout;
    } catch {
      resolve();
    }
  });
}

let policy;
/** This file's address, in the wrapping that a page with Trusted Types asks for. */
function ownAddress() {
  if (!globalThis.trustedTypes) return import.meta.url;
  policy ??= trustedTypes.createPolicy("damage-report", { createScriptURL: () => import.meta.url });
  return policy.createScriptURL("");
}

const isWorker = typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope;
if (isWorker) {
  const prints = [];
  self.onmessage = async ({ data: { asked, place } }) => {
    try {
      if (!asked) {
        const print = prints[place];
        delete prints[place];
        return self.postMessage({ answer: await print() });
      }
      const { print, ...sight } = await prepare(...asked);
      sight.place = prints.push(print) - 1;
      self.postMessage({ answer: sight }, [sight.thumbnail, sight.luma.buffer]);
    } catch {
      self.postMessage({});
    }
  };
  new Intl.DateTimeFormat();
  self.postMessage("ready");
}
