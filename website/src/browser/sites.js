// Small helps on the screens of sites: the browser's time zone for a new one, and the own address for the list of those left out.
import '@pushtech/ui/browser/copy.js';
import '@pushtech/ui/browser/dialog.js';

for (const field of document.querySelectorAll('input[data-zone]')) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
}

for (const button of document.querySelectorAll('button[data-add-address]')) {
  const list = document.getElementById('f-addresses');
  button.hidden = !(list instanceof HTMLTextAreaElement);
  button.addEventListener('click', () => {
    const { addAddress } = button.dataset;
    const lines = list.value.split('\n').filter((line) => line.trim() !== '');
    if (!lines.includes(addAddress)) list.value = [...lines, addAddress].join('\n');
    list.focus();
  });
}
