const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#help"));
document.querySelector("#close")?.addEventListener("click", () => dialog.close());
dialog.showModal();
