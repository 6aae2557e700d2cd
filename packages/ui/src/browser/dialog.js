// `<button data-dialog="id">` opens the dialog with that id, `<button data-close>` inside of it closes it. Importing is enough.
document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest('[data-dialog]');
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  event.target.closest('[data-close]')?.closest('dialog')?.close();
  // A click beside the box meets the dialog itself.
  if (event.target.matches('dialog[open]')) event.target.close();
});
