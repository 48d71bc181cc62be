document.querySelector("iframe").src = `/strange/open.html${location.search}`;
