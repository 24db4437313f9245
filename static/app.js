/* What the pages add where script runs. Everything works without it: this file
   moves the focus, chooses, opens and closes. No key here moves money: it only
   presses the button that a person would press, and only where the page says so. */
(() => {
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = text => { const live = one('#live'); if (live) live.textContent = text; };
  root.dataset.script = 'on';

  /* ---- theme and density: cookies, so that the server draws the page right at once */
  const keep = (name, value) => { document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax`; };
  const singleKeys = () => !document.cookie.split('; ').includes('keys=off');

  const acts = {
    theme() {
      const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
      root.dataset.theme = dark ? 'light' : 'dark';
      keep('theme', root.dataset.theme);
      say(root.dataset.theme + ' theme');
    },
    density(button) { root.dataset.density = button.dataset.value; keep('density', button.dataset.value); },
    keys() { one('#keys')?.showModal(); },
    print() { print(); },
    dismiss(button) { button.closest('.flash')?.remove(); },
    untick() { all('tbody input:checked').forEach(box => { box.checked = false; }); count(); },
  };

  document.addEventListener('click', event => {
    all('details.menu[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
    const button = event.target.closest('[data-act]');
    if (button && acts[button.dataset.act]) acts[button.dataset.act](button);
  });

  document.addEventListener('change', event => {
    const box = event.target;
    if (box.matches('[data-act="single-keys"]')) keep('keys', box.checked ? 'on' : 'off');
    if (box.matches('thead input[type=checkbox]')) all('tbody input[type=checkbox]').forEach(b => { b.checked = box.checked; });
    if (box.matches('table input[type=checkbox]')) count();
    if (box.matches('[data-submit]')) box.form.requestSubmit();
  });

  /* ---- ticked rows: their number and sum stand on the bar */
  const rupees = paise => new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 }).format(paise / 100);
  function count() {
    const boxes = all('tbody input[type=checkbox]'), ticked = boxes.filter(b => b.checked);
    all('[data-count]').forEach(out => { out.textContent = ticked.length; });
    all('[data-sum]').forEach(out => { out.textContent = rupees(ticked.reduce((sum, b) => sum + Number(b.dataset.paise || 0), 0)); });
    const head = one('thead input[type=checkbox]');
    if (head) { head.checked = ticked.length > 0 && ticked.length === boxes.length; head.indeterminate = ticked.length > 0 && !head.checked; }
    say(ticked.length ? ticked.length + ' rows ticked' : '');
  }

  /* ---- rows: j and k move the real focus, x ticks */
  const rows = () => all('[data-rows] > *');
  const link = row => one('a.key', row) || one('a', row) || row;
  function move(step) {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex(row => row.matches('.here') || row.contains(document.activeElement));
    const next = list[Math.max(0, Math.min(list.length - 1, at + step))];
    link(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
    // On a workbench the pane follows the row.
    if (next.closest('[data-follow]') && !next.matches('.here')) {
      link(next).click();
      list.forEach(row => row.classList.toggle('here', row === next));
    }
  }

  /* ---- keys of the page: data-key names them, a link is followed, a control pressed or focused */
  const press = target => {
    if (target.matches('input[type=radio], input[type=checkbox]')) { target.click(); target.focus(); return; }
    if (target.matches('input, textarea, select')) { target.focus(); target.select?.(); return; }
    if (target.matches('details')) { target.open = !target.open; one('input:not([type=hidden]), textarea, select, button', target)?.focus(); return; }
    target.focus(); target.click();
  };
  const keyed = key => all(`[data-key="${CSS.escape(key)}"]`).find(e => !e.closest('nav.nav') && !e.closest('[hidden]') && !e.disabled);

  let went = 0;
  addEventListener('keydown', event => {
    const typing = event.target.matches?.('input:not([type=checkbox], [type=radio]), textarea, select');
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
      const button = one('[data-key="ctrl-enter"]');
      if (button && !button.disabled && !one('dialog[open]')) { event.preventDefault(); button.click(); }
      return;
    }
    if (event.key === 'Escape') {
      const open = all('details.menu[open]');
      open.forEach(menu => { menu.open = false; one('summary', menu)?.focus(); });
      // out of a field of the pane, back to the list that the keys walk
      if (!open.length && typing && event.target.closest('#work')) { event.preventDefault(); one('[data-follow] .here a')?.focus({ preventScroll: true }); }
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || one('dialog[open]') || !singleKeys()) return;
    if (went && Date.now() - went < 1500) {
      went = 0;
      const to = one(`nav.nav a[data-key="${CSS.escape(event.key)}"]`);
      if (to) to.click();
      return;
    }
    const undo = event.key === 'u' && one('form[data-undo] button');
    if (event.key === 'g') went = Date.now();
    else if (event.key === '/') { event.preventDefault(); press(keyed('/') || one('#q')); }
    else if (event.key === '?') one('#keys')?.showModal();
    else if (event.key === 'j') move(1);
    else if (event.key === 'k') move(-1);
    else if (event.key === 'x' && one('tbody .tick input')) { one('input[type=checkbox]', document.activeElement.closest('tr') || root)?.click(); }
    else if (undo) undo.focus(); // it only chooses; Enter takes back
    else { const target = keyed(event.key); if (target) { event.preventDefault(); press(target); } }
  });

  /* ---- amounts of a split: what is left stands under them while one types */
  const paise = text => { const n = text.replace(/[₹,\s]/g, ''); return /^\d+(\.\d{1,2})?$/.test(n) ? Math.round(Number(n) * 100) : 0; };
  document.addEventListener('input', event => {
    const box = event.target.closest('[data-parts]');
    if (!box) return;
    const left = Number(box.dataset.parts) - all('[data-part]', box).reduce((sum, part) => sum + paise(part.value), 0);
    const out = one('[data-left]', box);
    if (out) { out.textContent = (left < 0 ? '−' : '') + rupees(Math.abs(left)); out.closest('.left')?.classList.toggle('ok', left === 0); }
  });

  /* ---- after a swap: a refused form takes the focus, counts are made anew */
  // the queue marks what the pane shows: the pane says which row that is
  const follow = () => {
    const shown = one('[data-shown]')?.dataset.shown;
    if (!shown) return;
    all('[data-follow] [data-rows] > *').forEach(row => {
      const here = row.id === shown;
      if (here && !row.matches('.here')) scrollTo(0, 0);
      row.classList.toggle('here', here);
      if (here) { link(row).setAttribute('aria-current', 'true'); row.scrollIntoView({ block: 'nearest' }); } else link(row).removeAttribute('aria-current');
    });
  };
  const settle = () => {
    count();
    follow();
    const box = one('[data-act="single-keys"]');
    if (box) box.checked = singleKeys();
  };
  /* the focus is never lost: what had it before a swap has it after, else what is
     ticked, else the row that is shown; a whole page of a bench begins at its row */
  let had = '';
  document.addEventListener('htmx:before:swap', () => { had = document.activeElement?.id || ''; });
  const home = () => {
    const now = document.activeElement;
    if (now && now !== document.body && now.isConnected) return;
    const to = had && document.getElementById(had) || one('#work input[type=radio]:checked') || one('[data-follow] .here a');
    to?.focus({ preventScroll: true });
  };
  const swapped = () => { settle(); const refused = one('#refused'); if (refused) refused.focus(); else home(); had = ''; };
  document.addEventListener('htmx:after:swap', swapped);
  document.addEventListener('htmx:afterSwap', swapped);
  addEventListener('pageshow', () => { settle(); if (one('.bench [data-follow]')) home(); }); // a refused form has the focus already

  /* ---- a button that was pressed says so, and is not pressed twice */
  document.addEventListener('submit', event => {
    const button = event.submitter;
    if (!button?.dataset.busy) return;
    setTimeout(() => { button.disabled = true; button.textContent = button.dataset.busy; }, 0);
  });
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
})();
