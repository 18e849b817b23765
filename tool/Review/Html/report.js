(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = selector => document.querySelector(selector);
  const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const esc = text => String(text).replace(/[&<>"']/g, c => ESCAPES[c]);
  const number = n => n.toLocaleString('en');
  const plural = (n, word) => number(n) + ' ' + word + (n === 1 ? '' : 's');
  const words = name => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const ruleId = index => data.rules[index] ? data.rules[index].id : '';

  // ---- what is shown -------------------------------------------------------------------------------------------

  const changes = data.changes.map((c, i) => ({
    type: 'changes', index: i, data: c, path: data.paths[c.p],
    rules: [...new Set(c.e.map(e => ruleId(e.r)))],
    kinds: [c.v, ...new Set(c.e.flatMap(e => e.d).map(d => words(d.split(':')[0])))],
    text: [data.paths[c.p], c.f, ...c.e.map(e => ruleId(e.r))].join('\n').toLowerCase(),
    code: () => c.b + '\n' + c.e[c.e.length - 1].t,
    height: 62 + 20 * Math.min(rowsOf(c.o), 400) + (c.e.some(e => e.d.length || e.e.length) ? 38 : 0),
  }));
  const findings = data.findings.map((f, i) => ({
    type: 'findings', index: i, data: f, path: data.paths[f.p],
    rules: [ruleId(f.r)], kinds: [f.s],
    text: [data.paths[f.p], f.f, f.m, ruleId(f.r)].join('\n').toLowerCase(),
    code: () => f.src ? f.src[1] : '',
    height: 110 + 20 * (f.src ? f.src[1].split('\n').length : 0),
  }));
  const refused = data.refused.map((f, i) => ({
    type: 'refused', index: i, data: f, path: data.paths[f.p],
    rules: [...new Set(f.x.map(x => ruleId(x[0])))], kinds: [...new Set(f.x.map(x => x[1]))],
    text: [data.paths[f.p], f.f, ...f.x.map(x => ruleId(x[0]) + ' ' + x[1] + ' ' + x[2])].join('\n').toLowerCase(),
    code: () => '',
    height: 46 + 44 * f.x.length,
  }));
  const unparsed = data.unparsed.map((u, i) => ({
    type: 'unparsed', index: i, data: u, path: data.paths[u[0]], rules: [], kinds: [],
    text: (data.paths[u[0]] + '\n' + u[3]).toLowerCase(), code: () => '', height: 76,
  }));
  const all = { changes, findings, refused, unparsed };
  const TABS = [['overview', 'Overview'], ['changes', 'Changes'], ['findings', 'Findings'], ['refused', 'Left alone'], ['unparsed', 'Not read']]
    .filter(([id]) => id !== 'unparsed' || unparsed.length);

  const stored = name => { try { return localStorage.getItem('migrate-cleanup-' + name); } catch { return null; } };
  const store = (name, value) => { try { localStorage.setItem('migrate-cleanup-' + name, value); } catch { /* not allowed here */ } };
  const state = {
    tab: 'overview', q: '', rule: '', kind: '', path: '',
    view: stored('view') === 'split' ? 'split' : 'unified',
    current: -1,
  };
  let shown = [];
  const opened = new Set();
  const chosenEdit = new Map();

  function rowsOf(ops) {
    let rows = 0;
    for (let i = 0; i < ops.length; i += 4) rows += ops[i + 1] + ops[i + 3] + 6;
    return rows;
  }

  // ---- syntax colours ------------------------------------------------------------------------------------------

  const KEYWORDS = new Set(('abstract alignas alignof as async auto await base bool break byte case catch char checked class const continue '
    + 'decimal default defer delegate do double else enum event explicit extern false finally fixed float for foreach goto if implicit in '
    + 'inline int interface internal is lock long nameof namespace new nint null nullptr object operator out override params private '
    + 'protected public readonly record ref register restrict return sbyte sealed short signed sizeof size_t ssize_t stackalloc static '
    + 'static_assert string struct switch this throw true try typedef typeof uint ulong union unsafe unsigned ushort using var virtual void '
    + 'volatile when while with yield NULL').split(' '));
  const TOKEN = /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("""[\s\S]*?(?:"""|$)|[$]?@[$]?"(?:[^"]|"")*(?:"|$)|[$L]?"(?:[^"\\\n]|\\[\s\S])*"?|L?'(?:[^'\\\n]|\\.)*'?)|(^[ \t]*#[^\n]*)|(\b\d[\w.]*)|([A-Za-z_]\w*)(\s*\()?/gm;

  /** Per line of a text, stretches [start, end, class]. */
  function coloured(text) {
    const lines = [[]];
    const starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) { starts.push(i + 1); lines.push([]); }
    let line = 0;
    const add = (from, to, cls) => {
      while (line + 1 < starts.length && starts[line + 1] <= from) line++;
      for (let l = line; l < starts.length && starts[l] < to; l++) {
        const end = l + 1 < starts.length ? starts[l + 1] - 1 : text.length;
        const a = Math.max(from, starts[l]), b = Math.min(to, end);
        if (a < b) lines[l].push([a - starts[l], b - starts[l], cls]);
      }
    };
    TOKEN.lastIndex = 0;
    for (let m; (m = TOKEN.exec(text)) !== null;) {
      if (m[0] === '') { TOKEN.lastIndex++; continue; }
      if (m[1]) add(m.index, m.index + m[0].length, 'c');
      else if (m[2]) add(m.index, m.index + m[0].length, 's');
      else if (m[3]) add(m.index, m.index + m[0].length, 'p');
      else if (m[4]) add(m.index, m.index + m[0].length, 'd');
      else if (KEYWORDS.has(m[5])) add(m.index, m.index + m[5].length, 'k');
      else if (m[6]) add(m.index, m.index + m[5].length, 'f');
    }
    return lines;
  }

  /** A line as HTML: its colours, and marks around the words that changed. */
  function painted(text, colours, marks) {
    if (text.endsWith('\r')) text = text.slice(0, -1);
    const cuts = new Set([0, text.length]);
    for (const list of [colours, marks || []]) for (const [a, b] of list) { cuts.add(Math.min(a, text.length)); cuts.add(Math.min(b, text.length)); }
    const at = [...cuts].sort((a, b) => a - b);
    let html = '', c = 0, m = 0;
    for (let i = 0; i + 1 < at.length; i++) {
      const a = at[i], b = at[i + 1];
      while (c < colours.length && colours[c][1] <= a) c++;
      while (marks && m < marks.length && marks[m][1] <= a) m++;
      let piece = esc(text.slice(a, b));
      if (c < colours.length && colours[c][0] <= a) piece = '<span class="' + colours[c][2] + '">' + piece + '</span>';
      if (marks && m < marks.length && marks[m][0] <= a) piece = '<mark>' + piece + '</mark>';
      html += piece;
    }
    return html;
  }

  // ---- words that changed --------------------------------------------------------------------------------------

  const MOST_WORDS = 160, MOST_LINES = 40;
  const wordsOf = line => line.match(/\w+|\s+|[^\w\s]/g) || [];

  function similarity(a, b) {
    const count = new Map();
    let size = 0, common = 0;
    for (const w of a) if (w.trim()) { count.set(w, (count.get(w) || 0) + 1); size += w.length; }
    for (const w of b) if (w.trim()) {
      size += w.length;
      const n = count.get(w) || 0;
      if (n > 0) { count.set(w, n - 1); common += w.length; }
    }
    return size === 0 ? 0 : 2 * common / size;
  }

  /** Pairs of removed and added lines that are the same line, changed; in order. */
  function pairs(removed, added) {
    if (removed.length === 0 || added.length === 0 || removed.length > MOST_LINES || added.length > MOST_LINES) return [];
    const a = removed.map(wordsOf), b = added.map(wordsOf);
    const n = a.length, m = b.length;
    const score = Array.from({ length: n + 1 }, () => new Float64Array(m + 1));
    const same = Array.from({ length: n }, () => new Float64Array(m));
    for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) {
      const s = similarity(a[i], b[j]);
      same[i][j] = s >= 0.5 ? s : 0;
      score[i][j] = Math.max(score[i + 1][j], score[i][j + 1], same[i][j] ? same[i][j] + score[i + 1][j + 1] : 0);
    }
    const result = [];
    for (let i = 0, j = 0; i < n && j < m;) {
      if (same[i][j] && score[i][j] === same[i][j] + score[i + 1][j + 1]) { result.push([i, j, ...marksOf(a[i], b[j])]); i++; j++; }
      else if (score[i][j] === score[i + 1][j]) i++;
      else j++;
    }
    return result;
  }

  function marksOf(a, b) {
    if (a.length > MOST_WORDS || b.length > MOST_WORDS) return [[], []];
    const n = a.length, m = b.length;
    const common = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
    for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--)
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    const left = [], right = [];
    let i = 0, j = 0, x = 0, y = 0;
    const mark = (list, from, length) => {
      if (list.length && list[list.length - 1][1] === from) list[list.length - 1][1] += length;
      else list.push([from, from + length]);
    };
    while (i < n || j < m) {
      if (i < n && j < m && a[i] === b[j]) { x += a[i++].length; y += b[j++].length; }
      else if (j === m || (i < n && common[i + 1][j] >= common[i][j + 1])) { mark(left, x, a[i].length); x += a[i++].length; }
      else { mark(right, y, b[j].length); y += b[j++].length; }
    }
    const visible = (list, line) => {
      const text = line.join('');
      return list.map(([p, q]) => p === 0 ? [Math.min(q, text.search(/\S|$/)), q] : [p, q]).filter(([p, q]) => p < q);
    };
    return [visible(left, a), visible(right, b)];
  }

  // ---- diffs ---------------------------------------------------------------------------------------------------

  const CONTEXT = 3;

  function linesOf(text) {
    const lines = text.split('\n');
    if (lines[lines.length - 1] === '') lines.pop();
    return lines;
  }

  /** Rows of a diff: {k: '=', '-' or '+', o, n, html, pair}. */
  function rowsFor(before, after, ops, line, lineAfter) {
    const old = linesOf(before), now = linesOf(after);
    const oldColours = coloured(before), newColours = coloured(after);
    const rows = [];
    let o = 0, n = 0;
    const equal = until => { for (; o < until; o++, n++) rows.push({ k: '=', o: line + o, n: lineAfter + n, html: painted(old[o] || '', oldColours[o] || [], null) }); };
    for (let i = 0; i < ops.length; i += 4) {
      const [oldStart, oldCount, newStart, newCount] = ops.slice(i, i + 4);
      equal(oldStart);
      const same = pairs(old.slice(oldStart, oldStart + oldCount), now.slice(newStart, newStart + newCount));
      const left = new Map(same.map(p => [p[0], p])), right = new Map(same.map(p => [p[1], p]));
      const removed = [], added = [];
      for (let r = 0; r < oldCount; r++) removed.push({ k: '-', o: line + oldStart + r, html: painted(old[oldStart + r] || '', oldColours[oldStart + r] || [], left.has(r) ? left.get(r)[2] : null), pair: left.has(r) ? left.get(r)[1] : -1 });
      for (let r = 0; r < newCount; r++) added.push({ k: '+', n: lineAfter + newStart + r, html: painted(now[newStart + r] || '', newColours[newStart + r] || [], right.has(r) ? right.get(r)[3] : null) });
      rows.push(...removed, ...added);
      o = oldStart + oldCount;
      n = newStart + newCount;
    }
    equal(old.length);
    return rows;
  }

  /** Equal rows far from any change are folded into one. */
  function folded(rows, isOpen) {
    if (isOpen) return rows;
    const near = new Uint8Array(rows.length);
    rows.forEach((r, i) => { if (r.k !== '=') for (let j = Math.max(0, i - CONTEXT); j <= Math.min(rows.length - 1, i + CONTEXT); j++) near[j] = 1; });
    const result = [];
    for (let i = 0; i < rows.length;) {
      if (near[i]) { result.push(rows[i++]); continue; }
      let end = i;
      while (end < rows.length && !near[end]) end++;
      if (end - i <= 2) while (i < end) result.push(rows[i++]);
      else { result.push({ k: '~', count: end - i, from: rows[i].o }); i = end; }
    }
    return result;
  }

  const SIGN = { '=': '', '-': '&minus;', '+': '+' };
  const CLASS = { '=': '', '-': 'del', '+': 'add' };
  const fold = (row, span) => '<tr class="fold" tabindex="0"><td colspan="' + span + '">&#8943; ' + plural(row.count, 'unchanged line') + '</td></tr>';

  function unified(rows) {
    return '<table><tbody>' + rows.map(r => r.k === '~' ? fold(r, 4)
      : '<tr class="' + CLASS[r.k] + '"><td class="no">' + (r.o || '') + '</td><td class="no">' + (r.n || '') + '</td><td class="sign">' + SIGN[r.k]
        + '</td><td class="text">' + r.html + '</td></tr>').join('') + '</tbody></table>';
  }

  function split(rows) {
    const half = (r, line) => r ? '<td class="no ' + CLASS[r.k] + '">' + line + '</td><td class="text ' + CLASS[r.k] + '">' + r.html + '</td>'
      : '<td class="no none"></td><td class="text none"></td>';
    let html = '';
    for (let i = 0; i < rows.length;) {
      const r = rows[i];
      if (r.k === '~') { html += fold(r, 4); i++; continue; }
      if (r.k === '=') { html += '<tr>' + half(r, r.o) + half(r, r.n) + '</tr>'; i++; continue; }
      const removed = [], added = [];
      while (i < rows.length && rows[i].k === '-') removed.push(rows[i++]);
      while (i < rows.length && rows[i].k === '+') added.push(rows[i++]);
      let a = 0;
      const one = (l, x) => { html += '<tr>' + half(l, l && l.o) + half(x, x && x.n) + '</tr>'; };
      const upTo = (lefts, end) => { while (lefts.length || a < end) one(lefts.shift(), a < end ? added[a++] : undefined); };
      let waiting = [];
      for (const l of removed) {
        if (l.pair >= a) { upTo(waiting, l.pair); waiting = []; one(l, added[a++]); }
        else waiting.push(l);
      }
      upTo(waiting, added.length);
    }
    return '<table class="split"><colgroup><col class="no"><col><col class="no"><col></colgroup><tbody>' + html + '</tbody></table>';
  }

  function diffHtml(item) {
    const c = item.data, chosen = chosenEdit.has(item.index) ? chosenEdit.get(item.index) : -1;
    const before = chosen > 0 ? c.e[chosen - 1].t : c.b;
    const after = chosen >= 0 ? c.e[chosen].t : c.e[c.e.length - 1].t;
    const ops = chosen >= 0 ? c.e[chosen].o : c.o;
    const rows = folded(rowsFor(before, after, ops, c.l, c.a), opened.has(item));
    return state.view === 'split' ? split(rows) : unified(rows);
  }

  // ---- cards ---------------------------------------------------------------------------------------------------

  const where = (item, line) => '<span class="where">' + esc(item.path) + (line ? ':' + line : '') + '</span>';
  const chip = (text, cls) => '<span class="chip ' + (cls || '') + '">' + esc(text) + '</span>';

  function changeCard(item) {
    const c = item.data;
    let plus = 0, minus = 0;
    for (let i = 0; i < c.o.length; i += 4) { minus += c.o[i + 1]; plus += c.o[i + 3]; }
    const chosen = chosenEdit.get(item.index);
    const rules = c.e.length > 1
      ? c.e.map((e, i) => '<button type="button" class="chip rule" data-edit="' + i + '" aria-pressed="' + (chosen === i) + '" title="Show this step alone">' + (i + 1) + ' ' + esc(ruleId(e.r)) + '</button>').join('')
      : c.e.map(e => chip(ruleId(e.r), 'rule')).join('');
    const differences = [...new Set(c.e.flatMap(e => e.d))], evidence = [...new Set(c.e.flatMap(e => e.e))];
    const list = items => '<ul>' + items.map(i => '<li>' + esc(i) + '</li>').join('') + '</ul>';
    const sentence = d => { const colon = d.indexOf(':'); return colon < 0 ? d : words(d.slice(0, colon)) + d.slice(colon); };
    const why = differences.length || evidence.length
      ? '<details class="why"><summary>Proof: ' + (differences.length ? plural(differences.length, 'allowed difference') : 'no difference')
        + (evidence.length ? ', ' + plural(evidence.length, 'fact') + ' used' : '') + '</summary>'
        + (differences.length ? 'Allowed differences' + list(differences.map(sentence)) : '') + (evidence.length ? 'Facts' + list(evidence) : '') + '</details>'
      : '';
    return '<header><span class="what">' + esc(c.f || 'beside the functions') + '</span>' + where(item, c.l) + '<span class="grow"></span>'
      + '<span class="pluses"><span class="good">+' + plus + '</span> <span class="bad">&minus;' + minus + '</span></span>'
      + rules + chip(c.v, c.v) + '</header><div class="code">' + diffHtml(item) + '</div>' + why;
  }

  function findingCard(item) {
    const f = item.data;
    return '<header><span class="what">' + esc(f.f) + '</span>' + where(item, f.l) + '<span class="grow"></span>'
      + chip(ruleId(f.r), 'rule') + chip(f.s, f.s) + '</header><div class="message">' + esc(f.m)
      + (f.cure ? ' <span class="chip proved">cured by ' + esc(f.cure) + '</span>' : '') + '</div>' + flowHtml(item);
  }

  /** The source with the path drawn beside it: a numbered dot per step, an arc from each to the next. */
  function flowHtml(item) {
    const f = item.data;
    if (!f.src) return '';
    const [first, text] = f.src;
    const lines = linesOf(text), colours = coloured(text);
    const says = new Map();
    f.steps.forEach((s, i) => { if (!says.has(s[0])) says.set(s[0], []); says.get(s[0]).push((i + 1) + ' ' + s[2]); });
    if (!f.steps.length) says.set(f.l, [f.m]);
    const html = lines.map((line, i) => {
      const note = says.get(first + i);
      return '<tr' + (note ? ' class="step"' : '') + '><td class="lane"></td><td class="no">' + (first + i) + '</td><td class="text"'
        + (note ? ' data-says="' + esc(note.join('   ')) + '"' : '') + '>' + painted(line, colours[i] || [], null) + '</td></tr>';
    }).join('');
    const y = line => (line - first) * 20 + 10;
    let svg = '', used = new Map();
    const points = f.steps.map(s => {
      const n = used.get(s[0]) || 0;
      used.set(s[0], n + 1);
      return [46 - n * 12, y(s[0])];
    });
    points.forEach(([x, py], i) => {
      if (i + 1 < points.length && points[i + 1][1] !== py) {
        const [nx, ny] = points[i + 1];
        const bend = Math.max(4, 30 - Math.min(26, Math.abs(ny - py) / 8) - (i % 3) * 5);
        svg += '<path class="arc" d="M' + (x - 7) + ' ' + py + ' C' + bend + ' ' + py + ' ' + bend + ' ' + ny + ' ' + (nx - 9) + ' ' + ny + '"/>'
          + '<path class="head" d="M' + (nx - 7) + ' ' + ny + ' l-6 -3.5 v7 z"/>';
      }
    });
    points.forEach(([x, py], i) => { svg += '<circle class="dot" cx="' + x + '" cy="' + py + '" r="7"/><text class="num" x="' + x + '" y="' + (py + 3.5) + '">' + (i + 1) + '</text>'; });
    return '<div class="code flow"><svg width="58" height="' + lines.length * 20 + '" aria-hidden="true">' + svg + '</svg><table><tbody>' + html + '</tbody></table></div>';
  }

  function refusedCard(item) {
    const f = item.data;
    return '<div class="row"><div class="line"><span class="what">' + esc(f.f) + '</span>' + where(item, f.l) + '<span class="grow"></span>'
      + (f.st === 'converted' ? chip('converted in part', 'proved') : '') + '</div>'
      + f.x.map(x => '<div class="line">' + chip(ruleId(x[0]), 'rule') + chip(x[1]) + '<span>line ' + x[4] + ': ' + esc(x[2]) + '</span>'
        + (x[3] ? '<span class="unblock">' + esc(x[3]) + '</span>' : '') + '</div>').join('') + '</div>';
  }

  const unparsedCard = item => '<div class="row"><div class="line">' + where(item, item.data[1] + ':' + item.data[2]) + '</div><div class="line">' + esc(item.data[3]) + '</div></div>';
  const CARDS = { changes: changeCard, findings: findingCard, refused: refusedCard, unparsed: unparsedCard };
  const card = (item, position) => '<article class="card' + (position === state.current ? ' current' : '') + '" data-at="' + position + '" tabindex="-1">' + CARDS[item.type](item) + '</article>';

  // ---- the list: only what is near the window exists --------------------------------------------------------------

  const PER_CHUNK = 12;
  const list = $('#list');
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) entry.isIntersecting ? fill(entry.target) : drain(entry.target);
  }, { rootMargin: '1200px 0px' });

  function fill(chunk) {
    if (chunk.firstChild) return;
    const from = +chunk.dataset.from;
    chunk.innerHTML = shown.slice(from, from + PER_CHUNK).map((item, i) => card(item, from + i)).join('');
    chunk.style.minHeight = '';
  }

  function drain(chunk) {
    if (!chunk.firstChild || printing) return;
    chunk.style.minHeight = chunk.offsetHeight + 'px';
    chunk.textContent = '';
  }

  function showList() {
    observer.disconnect();
    list.textContent = '';
    if (!shown.length) {
      list.innerHTML = '<p class="empty">' + (all[state.tab].length ? 'Nothing matches the filters.' : 'Nothing here.') + '</p>';
      return;
    }
    const fragment = document.createDocumentFragment();
    for (let from = 0; from < shown.length; from += PER_CHUNK) {
      const chunk = document.createElement('div');
      chunk.className = 'chunk';
      chunk.dataset.from = from;
      let height = 0;
      for (let i = from; i < Math.min(from + PER_CHUNK, shown.length); i++) height += shown[i].height + 18;
      chunk.style.minHeight = height + 'px';
      fragment.append(chunk);
    }
    list.append(fragment);
    fill(list.firstChild);
    for (const chunk of list.children) observer.observe(chunk);
  }

  let printing = false;
  addEventListener('beforeprint', () => { printing = true; for (const chunk of document.querySelectorAll('.chunk')) fill(chunk); });
  addEventListener('afterprint', () => { printing = false; });

  // ---- filters -------------------------------------------------------------------------------------------------

  const codeOf = new Map();
  function searchable(item) {
    let code = codeOf.get(item);
    if (code === undefined) codeOf.set(item, code = item.code().toLowerCase());
    return code;
  }

  const matchesText = (item, q) => item.text.includes(q) || (q.length > 1 && searchable(item).includes(q));

  // The first search finds its texts prepared, since people read before they search.
  let prepared = 0;
  function prepare(deadline) {
    while (prepared < changes.length && deadline.timeRemaining() > 2) searchable(changes[prepared++]);
    if (prepared < changes.length) requestIdleCallback(prepare);
  }
  if (window.requestIdleCallback) requestIdleCallback(prepare);

  function apply(keepPosition) {
    const isOverview = state.tab === 'overview';
    $('#overview').hidden = !isOverview;
    list.hidden = isOverview;
    $('#filters').hidden = isOverview;
    for (const button of $('#tabs').children) button.setAttribute('aria-selected', button.dataset.tab === state.tab);
    for (const button of $('#view').children) button.setAttribute('aria-pressed', button.dataset.view === state.view);
    $('#view').hidden = state.tab !== 'changes';
    remember();
    if (isOverview) { observer.disconnect(); return; }
    const q = state.q.trim().toLowerCase();
    const items = all[state.tab];
    shown = items.filter(item => (!state.path || item.path === state.path || (state.path.endsWith('/') && item.path.startsWith(state.path)))
      && (!state.rule || item.rules.includes(state.rule)) && (!state.kind || item.kinds.includes(state.kind)) && (!q || matchesText(item, q)));
    if (!keepPosition) state.current = -1;
    $('#count').textContent = shown.length === items.length ? number(items.length) : number(shown.length) + ' of ' + number(items.length);
    $('#path').hidden = !state.path;
    $('#path').textContent = state.path + '  \u00d7';
    $('#clear').hidden = !(state.q || state.rule || state.kind || state.path);
    showList();
  }

  function fillSelects() {
    const items = all[state.tab] || [];
    const tally = name => { const counts = new Map(); for (const item of items) for (const v of item[name]) counts.set(v, (counts.get(v) || 0) + 1); return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)); };
    const options = (any, values) => '<option value="">' + any + '</option>' + values.map(([v, n]) => '<option value="' + esc(v) + '">' + esc(v) + ' (' + number(n) + ')</option>').join('');
    $('#rule').innerHTML = options('every rule', tally('rules'));
    $('#kind').innerHTML = options(state.tab === 'refused' ? 'every reason' : state.tab === 'findings' ? 'every severity' : 'every verdict and difference', tally('kinds'));
    $('#rule').value = state.rule;
    $('#kind').value = state.kind;
    $('#search').value = state.q;
    state.rule = $('#rule').value;
    state.kind = $('#kind').value;
  }

  function go(tab, filters) {
    Object.assign(state, { tab, q: '', rule: '', kind: '', path: '' }, filters);
    fillSelects();
    apply();
    scrollTo(0, 0);
  }

  function remember() {
    const parts = [['q', state.q], ['rule', state.rule], ['kind', state.kind], ['path', state.path]].filter(p => p[1]).map(p => p[0] + '=' + encodeURIComponent(p[1]));
    const hash = '#' + state.tab + (parts.length ? '?' + parts.join('&') : '');
    if (location.hash !== hash) try { history.replaceState(null, '', hash); } catch { location.hash = hash; }
  }

  function recall() {
    const [tab, rest] = decodeURI(location.hash.slice(1)).split('?');
    if (!TABS.some(t => t[0] === tab)) return go('overview', {});
    const filters = {};
    for (const [key, value] of new URLSearchParams(location.hash.split('?').slice(1).join('?') || rest || '')) if (['q', 'rule', 'kind', 'path'].includes(key)) filters[key] = value;
    go(tab, filters);
  }

  // ---- overview ------------------------------------------------------------------------------------------------

  function tile(label, value, parts, note) {
    const total = parts.reduce((sum, p) => sum + p[0], 0) || 1;
    const isLong = value.replace(/<[^>]*>|&\w+;/g, '').length > 12;
    return '<div class="tile"><div class="label">' + label + '</div><div class="value' + (isLong ? ' long' : '') + '">' + value + '</div><div class="meter">'
      + parts.map(([n, cls]) => '<i class="' + cls + '" style="width:' + (100 * n / total) + '%"></i>').join('') + '</div><div class="note">' + note + '</div></div>';
  }

  function burndown(label, i) {
    const before = data.before[i], after = data.after[i];
    const gone = before - after;
    return tile(label, (gone ? '<s>' + number(before) + '</s> ' : '') + number(after) + (gone ? ' <small class="good">&minus;' + Math.round(100 * gone / Math.max(1, before)) + '%</small>' : ''),
      [[gone, 'bg-good'], [after, 'bg-soft']], before ? number(gone) + ' gone, ' + number(after) + ' left' : 'none there');
  }

  const fileSort = { by: 1, down: true };
  let allFiles = false;

  function overview() {
    const n = data.counts;
    let plus = 0, minus = 0;
    for (const c of data.changes) if (c.v === 'proved') for (let i = 0; i < c.o.length; i += 4) { minus += c.o[i + 1]; plus += c.o[i + 3]; }
    const converted = new Map(), found = new Map(), refusedBy = new Map(), reasons = new Map();
    const bump = (map, key, by) => map.set(key, (map.get(key) || 0) + (by || 1));
    for (const item of changes) for (const r of item.rules) bump(converted, r);
    for (const item of findings) bump(found, item.rules[0]);
    for (const f of data.refused) for (const x of f.x) {
      bump(refusedBy, ruleId(x[0]));
      const key = x[0] + ' ' + x[1];
      if (!reasons.has(key)) reasons.set(key, [x, 0]);
      reasons.get(key)[1]++;
    }
    const ruleRows = data.rules.map(r => [r, converted.get(r.id) || 0, found.get(r.id) || 0, refusedBy.get(r.id) || 0]).filter(r => r[1] || r[2] || r[3]);
    const cell = v => '<td class="n">' + (v ? number(v) : '<span style="color:var(--gutter)">&middot;</span>') + '</td>';
    const reasonRows = [...reasons.values()].sort((a, b) => b[1] - a[1]);
    $('#overview').innerHTML = '<div class="tiles">'
      + tile('Functions converted', number(n.converted) + ' <small>of ' + number(n.analysed) + '</small>', [[n.converted, 'bg-good'], [n.refused, 'bg-soft'], [n.unparsed, 'bg-bad']],
        number(n.refused) + ' left alone, ' + number(n.unparsed) + ' not read')
      + burndown('Clean-up jumps', 0) + burndown('Releases by hand', 1) + burndown('Out-of-memory checks', 2)
      + tile('Findings', number(n.findings), [[n.findings, 'bg-bad']], n.findings ? plural(data.findings.filter(f => f.cure).length, 'finding') + ' with a cure' : 'no defect found')
      + tile('Lines', '<span class="good">+' + number(plus) + '</span> <span class="bad">&minus;' + number(minus) + '</span>', [[plus, 'bg-good'], [minus, 'bg-bad']],
        'in ' + plural(new Set(data.changes.filter(c => c.v === 'proved').map(c => c.p)).size, 'file'))
      + '</div><div class="two"><div><h2>Rules</h2><div class="panel"><table class="data"><thead><tr><th>Rule</th><th class="n">Rewrites</th><th class="n">Findings</th><th class="n">Left alone</th></tr></thead><tbody>'
      + ruleRows.map(([r, c, f, x]) => '<tr class="go" tabindex="0" data-tab="' + (c ? 'changes' : f ? 'findings' : 'refused') + '" data-rule="' + esc(r.id) + '"><td><span class="chip rule">' + esc(r.id) + '</span> ' + esc(r.title) + '</td>' + cell(c) + cell(f) + cell(x) + '</tr>').join('')
      + '</tbody></table></div></div><div><h2>Why functions were left alone</h2><div class="panel"><table class="data"><thead><tr><th>Reason</th><th class="n">Places</th></tr></thead><tbody>'
      + reasonRows.map(([x, count]) => '<tr class="go" tabindex="0" data-tab="refused" data-rule="' + esc(ruleId(x[0])) + '" data-kind="' + esc(x[1]) + '"><td><span class="chip rule">' + esc(ruleId(x[0])) + '</span> <span class="chip">' + esc(x[1]) + '</span><br>' + esc(x[2].split(' (')[0])
        + (x[3] ? '<br><span class="unblock">' + esc(x[3]) + '</span>' : '') + '</td>' + cell(count) + '</tr>').join('')
      + '</tbody></table></div></div></div><h2>Files</h2><div class="panel" id="files"></div>';
    fileTable();
  }

  function fileTable() {
    const rows = new Map();
    const row = p => { if (!rows.has(p)) rows.set(p, [data.paths[p], 0, 0, 0, 0, 0, 0, 0]); return rows.get(p); };
    for (const c of data.changes) row(c.p)[1]++;
    for (const f of data.findings) row(f.p)[2]++;
    for (const f of data.refused) if (f.st !== 'converted') row(f.p)[3]++;
    for (const f of data.files) { const r = row(f[0]); for (let i = 0; i < 3; i++) { r[4 + i] = f[4 + i]; r[7] += f[1 + i] - f[4 + i]; } }
    const heads = ['File', 'Rewrites', 'Findings', 'Left alone', 'Jumps left', 'Releases left', 'Checks left', 'Gone'];
    const sorted = [...rows.values()].sort((a, b) => {
      const order = fileSort.by === 0 ? (a[0] < b[0] ? -1 : 1) : a[fileSort.by] - b[fileSort.by];
      return (fileSort.down ? -order : order) || (a[0] < b[0] ? -1 : 1);
    });
    const most = 150, visible = allFiles ? sorted : sorted.slice(0, most);
    const cell = v => '<td class="n">' + (v ? number(v) : '<span style="color:var(--gutter)">&middot;</span>') + '</td>';
    $('#files').innerHTML = '<table class="data"><thead><tr>' + heads.map((h, i) => '<th' + (i ? ' class="n"' : '') + '><button type="button" data-sort="' + i + '">' + h + (fileSort.by === i ? (fileSort.down ? ' &#9662;' : ' &#9652;') : '') + '</button></th>').join('')
      + '</tr></thead><tbody>' + visible.map(r => '<tr class="go" tabindex="0" data-tab="' + (r[1] ? 'changes' : r[2] ? 'findings' : 'refused') + '" data-path="' + esc(r[0]) + '"><td class="mono">' + esc(r[0]) + '</td>' + r.slice(1).map(cell).join('') + '</tr>').join('')
      + '</tbody></table>' + (visible.length < sorted.length ? '<button type="button" id="more" style="margin:10px">Show all ' + number(sorted.length) + ' files</button>' : '');
  }

  // ---- what the user does ----------------------------------------------------------------------------------------

  function theme(next) {
    document.documentElement.dataset.theme = next;
  }

  const dark = matchMedia('(prefers-color-scheme: dark)');
  theme(stored('theme') || (dark.matches ? 'dark' : 'light'));
  dark.addEventListener('change', () => { if (!stored('theme')) theme(dark.matches ? 'dark' : 'light'); });
  const toggleTheme = () => { const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'; store('theme', next); theme(next); };

  function setView(view) {
    if (state.view === view) return;
    const at = firstVisible();
    state.view = view;
    store('view', view);
    apply(true);
    if (at >= 0) reveal(at, false);
  }

  function firstVisible() {
    const top = $('#top').offsetHeight;
    for (const card of list.querySelectorAll('.card')) if (card.getBoundingClientRect().bottom > top + 20) return +card.dataset.at;
    return -1;
  }

  function reveal(position, mark) {
    const chunk = list.children[Math.floor(position / PER_CHUNK)];
    if (!chunk || !chunk.classList.contains('chunk')) return;
    fill(chunk);
    const target = chunk.querySelector('[data-at="' + position + '"]');
    if (mark) {
      for (const old of list.querySelectorAll('.current')) old.classList.remove('current');
      state.current = position;
      target.classList.add('current');
    }
    for (let i = 0; i < 2; i++) {
      const top = target.getBoundingClientRect().top + scrollY - $('#top').offsetHeight - 10;
      if (Math.abs(scrollY - top) > 1) scrollTo(0, top);
    }
    if (mark) target.focus({ preventScroll: true });
  }

  function move(by) {
    if (state.tab === 'overview' || !shown.length) return;
    const from = state.current >= 0 ? state.current + by : Math.max(0, firstVisible());
    reveal(Math.max(0, Math.min(shown.length - 1, from)), true);
  }

  function redraw(article) {
    const position = +article.dataset.at;
    const html = card(shown[position], position);
    article.outerHTML = html;
  }

  function expand(article) {
    const item = shown[+article.dataset.at];
    if (item.type !== 'changes') return;
    opened.has(item) ? opened.delete(item) : opened.add(item);
    redraw(article);
  }

  const KEYS = [
    ['j / k', 'next, previous'], ['/', 'search'], ['u / s', 'unified, side by side'], ['e', 'all lines of the function'],
    ['1 \u2013 ' + TABS.length, 'parts of the report'], ['t', 'dark or light'], ['Esc', 'clear filters'], ['?', 'this list'],
  ];
  $('#keys').innerHTML = '<h2 style="margin-top:0">Keys</h2><table>' + KEYS.map(([k, what]) => '<tr><td><kbd>' + k + '</kbd></td><td>' + what + '</td></tr>').join('')
    + '</table><form method="dialog"><button>Close</button></form>';

  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === 'Escape') {
      if (typing) event.target.blur();
      if (state.tab !== 'overview' && !$('#keys').open) go(state.tab, {});
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      if (event.target.matches('tr.go, tr.fold')) { event.target.click(); event.preventDefault(); }
      return;
    }
    if (typing || $('#keys').open) return;
    const current = list.querySelector('.card.current');
    const tab = TABS[+event.key - 1];
    if (tab) go(tab[0], {});
    else if (event.key === 'j' || event.key === 'n') move(1);
    else if (event.key === 'k' || event.key === 'p') move(-1);
    else if (event.key === '/') { if (state.tab === 'overview') go('changes', {}); $('#search').focus(); }
    else if (event.key === 'u') setView('unified');
    else if (event.key === 's') setView('split');
    else if (event.key === 'e' && current) { expand(current); move(0); }
    else if (event.key === 't') toggleTheme();
    else if (event.key === '?') $('#keys').showModal();
    else return;
    event.preventDefault();
  });

  let typed = 0;
  $('#search').addEventListener('input', event => {
    clearTimeout(typed);
    typed = setTimeout(() => { state.q = event.target.value; apply(); scrollTo(0, 0); }, 60);
  });
  $('#rule').addEventListener('change', event => { state.rule = event.target.value; apply(); scrollTo(0, 0); });
  $('#kind').addEventListener('change', event => { state.kind = event.target.value; apply(); scrollTo(0, 0); });
  $('#path').addEventListener('click', () => { state.path = ''; apply(); });
  $('#clear').addEventListener('click', () => go(state.tab, {}));
  $('#theme').addEventListener('click', toggleTheme);
  $('#help').addEventListener('click', () => $('#keys').showModal());
  $('#view').addEventListener('click', event => { if (event.target.dataset.view) setView(event.target.dataset.view); });
  $('#tabs').addEventListener('click', event => { const button = event.target.closest('button'); if (button) go(button.dataset.tab, {}); });
  $('#overview').addEventListener('click', event => {
    const sort = event.target.closest('[data-sort]');
    if (sort) {
      const by = +sort.dataset.sort;
      fileSort.down = fileSort.by === by ? !fileSort.down : by > 0;
      fileSort.by = by;
      return fileTable();
    }
    if (event.target.id === 'more') { allFiles = true; return fileTable(); }
    const row = event.target.closest('tr.go');
    if (row) go(row.dataset.tab, { rule: row.dataset.rule || '', kind: row.dataset.kind || '', path: row.dataset.path || '' });
  });
  list.addEventListener('click', event => {
    const article = event.target.closest('.card');
    if (!article) return;
    if (event.target.closest('.fold')) return expand(article);
    const edit = event.target.closest('[data-edit]');
    if (edit) {
      const item = shown[+article.dataset.at], index = +edit.dataset.edit;
      chosenEdit.get(item.index) === index ? chosenEdit.delete(item.index) : chosenEdit.set(item.index, index);
      redraw(article);
    }
  });
  addEventListener('hashchange', recall);

  $('#title').innerHTML = esc(data.name || 'Clean-up') + ' <small>clean-up report</small>';
  $('#tabs').innerHTML = TABS.map(([id, name]) => '<button type="button" role="tab" data-tab="' + id + '">' + name + (all[id] ? ' <b>' + number(all[id].length) + '</b>' : '') + '</button>').join('');
  overview();
  recall();
})();
