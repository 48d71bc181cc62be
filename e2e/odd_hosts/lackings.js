// Opens a frame for each line of the table in `lacking.js`, a few at a time.

/** How many frames there are at once. */
const AT_ONCE = 6;
/** The outcome of each by the API that it lacks, and the expected outcome. */
window.outcomes = [];
window.isDone = false;

/** @type {Map<string | null, (outcome: string) => void>} */
const coming = new Map();
window.came = (lacks, outcome) => coming.get(lacks)?.(outcome);

const cases = Object.entries(LACKING).flatMap(([name, ways]) =>
  ways.map((way) => {
    const [how, expected = "sent"] = way.split(": ");
    return { lacks: `${name}: ${how}`, expected };
  }),
);

/**
 * @param {{ lacks: string, expected: string }} what
 * @param {number} n
 */
async function openFrame({ lacks, expected }, n) {
  const frame = document.createElement("iframe");
  frame.src = `/odd_hosts/lacking.html?${new URLSearchParams({ lacks, n: String(n) })}`;
  /** @type {string} */
  const outcome = await new Promise((resolve) => {
    coming.set(lacks, resolve);
    document.body.append(frame);
  });
  frame.remove();
  window.outcomes.push([lacks, expected, outcome]);
}

/** Opens all that have `only` in their names. */
window.begin = async (line, only = "") => {
  window.orderLine = line;
  const body = JSON.stringify({ order_line: line });
  const answer = await fetch("/demo/token", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  window.token = (await answer.json()).token;
  window.photos = await Promise.all(
    [0, 1, 2].map(async (n) => (await fetch(`/odd_hosts/photo-${n}.jpg`)).arrayBuffer()),
  );
  const waiting = cases.filter(({ lacks }) => lacks.includes(only)).map((each, n) => ({ each, n: n + 1 }));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next; (next = waiting.shift()); ) await openFrame(next.each, next.n);
    }),
  );
  window.isDone = true;
};
