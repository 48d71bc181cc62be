/** @type {HTMLIFrameElement} */ (document.querySelector("iframe")).src = `/odd_hosts/open.html${location.search}`;
