document.querySelector("#close").addEventListener("click", () => document.querySelector("#help").close());
document.querySelector("#help").showModal();
