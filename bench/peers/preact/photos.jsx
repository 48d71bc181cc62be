// The photos of the report: prepared in the worker, sent while the customer goes on.

import { useEffect, useRef, useState } from "preact/hooks";
import { discardPhoto, keepPhoto } from "../shared/api.js";
import { SUBJECTS, WORDS, counted, needed } from "../shared/words.js";

let lastId = 0;

/** The photos, each `{ id, subject, name, state, jpeg, thumbnail, sha256 }`, with what can be done with them. */
export function usePhotos(max) {
  const [photos, setPhotos] = useState([]);
  const worker = useRef();

  const patch = (id, change) =>
    setPhotos((all) => all.map((photo) => (photo.id === id ? { ...photo, ...change } : photo)));

  useEffect(() => {
    worker.current = new Worker("worker.js");
    worker.current.onmessage = ({ data: { id, jpeg } }) => {
      if (!jpeg) return patch(id, { state: "failed" });
      patch(id, { jpeg, thumbnail: URL.createObjectURL(jpeg) });
      send(id, jpeg);
    };
    return () => worker.current.terminate();
  }, []);

  // The current list tells the state of a photo; the list of the last render may be stale.
  const subjects = useRef(new Map());

  async function send(id, jpeg) {
    patch(id, { state: "sending" });
    try {
      const sha256 = await keepPhoto(jpeg, subjects.current.get(id));
      patch(id, { state: "kept", sha256 });
    } catch {
      patch(id, { state: "failed" });
    }
  }

  return {
    all: photos,
    of: (subject) => photos.filter((photo) => photo.subject === subject),
    add(subject, files) {
      const added = files.slice(0, max - photos.length).map((file) => {
        const id = ++lastId;
        subjects.current.set(id, subject);
        worker.current.postMessage({ id, file });
        return { id, subject, name: file.name, state: "preparing" };
      });
      setPhotos((all) => [...all, ...added]);
    },
    retry: ({ id, jpeg }) => send(id, jpeg),
    remove({ id, thumbnail, sha256 }) {
      setPhotos((all) => all.filter((photo) => photo.id !== id));
      URL.revokeObjectURL(thumbnail);
      if (sha256) discardPhoto(sha256);
    },
  };
}

/** The digests of the photos, as a claim names them. */
export function digests(photos) {
  return Object.fromEntries(
    SUBJECTS.map((subject) => [subject, [...new Set(photos.of(subject).map(({ sha256 }) => sha256))]]),
  );
}

export function Picker({ order, subject, photos }) {
  const shown = photos.of(subject);
  const pick = ({ currentTarget }) => {
    photos.add(subject, [...currentTarget.files]);
    // So that the same file can be picked again after it was removed.
    currentTarget.value = "";
  };
  return (
    <>
      <label class="button">
        {WORDS.photos.choose}
        <input
          id={subject}
          class="unseen"
          type="file"
          multiple
          accept="image/jpeg,image/png,image/webp"
          onChange={pick}
        />
      </label>
      <p class="hint" role="status">
        {counted(shown.length, needed(order, subject))}
        {photos.all.length >= order.policy.photos_max && `. ${WORDS.photos.full(order.policy.photos_max)}.`}
      </p>
      <ul class="photos">
        {shown.map((photo) => (
          <li key={photo.id}>
            <Photo photo={photo} photos={photos} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Photo({ photo, photos }) {
  return (
    <figure data-state={photo.state}>
      {photo.thumbnail ? <img class="frame" src={photo.thumbnail} alt={photo.name} /> : <span class="frame" />}
      <figcaption>
        <span class={photo.state === "failed" && "wrong"}>{WORDS.photos[photo.state]}</span>
        {photo.state === "failed" && photo.jpeg && (
          <button type="button" class="link" onClick={() => photos.retry(photo)}>
            {WORDS.again}
          </button>
        )}{" "}
        <button
          type="button"
          class="link"
          aria-label={`${WORDS.photos.remove} ${photo.name}`}
          onClick={() => photos.remove(photo)}
        >
          {WORDS.photos.remove}
        </button>
      </figcaption>
    </figure>
  );
}
