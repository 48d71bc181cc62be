// The changes that old libraries make to a page: enumerable methods on prototypes, a JSON that writes arrays as text, a Promise and an event
// target of their own.

Array.prototype.last = Object.prototype.mixin = Function.prototype.curry = String.prototype.strip = function () {};
Array.prototype.toJSON = function () {
  return JSON.parse(`[${this.map((each) => JSON.stringify(each)).join(",")}]`);
};

const addListener = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, listener, options) {
  const wrapped =
    typeof listener === "function"
      ? function (...given) {
          return listener.apply(this, given);
        }
      : listener;
  return addListener.call(this, type, wrapped, options);
};

const RealPromise = Promise;
window.Promise = class Promise extends RealPromise {
  then(done, failed) {
    return super.then(done && ((value) => done(value)), failed && ((error) => failed(error)));
  }
};

const realFetch = window.fetch;
window.fetch = async (address, options) => realFetch(address, options);

Number.prototype.toString = ((real) =>
  function (base) {
    return real.call(this, base);
  })(Number.prototype.toString);
HTMLElement.prototype.show = HTMLElement.prototype.hide = function () {};
