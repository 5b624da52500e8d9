/* The forgiving search of the handbook, on top of Sphinx's own index and search. Sphinx puts this file into language_data.js
   (`html_search_scorer`), so it runs wherever the search runs: on the search page and in the dialog, early or late.
   Ties of words to pages, short answers and extracts come from search/data.js (written by handbook/render/search.py) through a
   script element, because `fetch` does not work from file://.
   Nothing typed is sent or stored. Text reaches the page through textContent only. */
"use strict";
(() => {
  if (window.HandbookSearch) return;

  /* ---- words ------------------------------------------------------------------------------------------------------ */

  // Words of spoken questions beyond Sphinx's own stop words; they say nothing about the topic.
  const FILLER = new Set(
    ("a am an any are be can do does did for get got have how i if im in is it ive me mine my of on or the they this to u us was " +
      "we what whats when where which who why will with would you your cant dont doesnt isnt wont ca wo shall may might must " +
      "actually really just like please tell explain info information about anyone anybody someone something anything ever " +
      "still also many much lot lots need want know think going go okay ok thing things hi hello there ketamine ket").split(" "),
  );
  const ASKS = /^(?:a|am|are|can|could|did|do|does|has|have|how|i|if|is|isn|may|must|my|shall|should|what|whats|when|where|which|who|why|will|would)$/;
  const MEANS = /\b(?:what (?:is|are|does|do)|whats|meaning|means?|defin\w+|stands? for)\b/;
  const MAX_CHARS = 200, MAX_WORDS = 16, SHOWN = 30, SHOWN_TYPING = 10;

  /** The words of a text in small letters, without accents and without the endings 's, n't, 'll. */
  const words = (text) =>
    text.slice(0, MAX_CHARS).normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/\bcan['’]t\b/g, "can").replace(/n['’]t\b/g, "").replace(/['’](?:s|re|ve|ll|d|m)\b/g, "")
      .split(/[^\p{Letter}\p{Number}]+/u).filter(Boolean).slice(0, MAX_WORDS * 4);

  const stems = new Map();
  let stemmer = null;
  /** The stem of a word by Sphinx's own stemmer, remembered. */
  const stem = (word) => {
    if (!stems.has(word)) {
      stemmer ||= new Stemmer();
      stems.set(word, stemmer.stemWord(word));
    }
    return stems.get(word);
  };
  const isLight = (word) => FILLER.has(word) || stopwords.has(word);

  const rows = [0, 1, 2].map(() => new Uint8Array(MAX_CHARS + 2));
  /** Damerau–Levenshtein distance (neighbors swapped count once), or max + 1 as soon as it must be above max. */
  const distance = (a, b, max = 2) => {
    if (a === b) return 0;
    if (Math.abs(a.length - b.length) > max || Math.max(a.length, b.length) > MAX_CHARS) return max + 1;
    let [before, last, row] = rows;
    for (let j = 0; j <= b.length; j++) last[j] = j;
    for (let i = 1; i <= a.length; i++) {
      row[0] = i;
      let best = i;
      for (let j = 1; j <= b.length; j++) {
        let n = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        if (last[j] + 1 < n) n = last[j] + 1;
        if (row[j - 1] + 1 < n) n = row[j - 1] + 1;
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && before[j - 2] + 1 < n) n = before[j - 2] + 1;
        row[j] = n;
        if (n < best) best = n;
      }
      if (best > max) return max + 1;
      [before, last, row] = [last, row, before];
    }
    return Math.min(last[b.length], max + 1);
  };

  /** The letters of a word as bits; a slip changes at most two of them, which rules most words out at once. */
  const letters = (word) => {
    let bits = 0;
    for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31);
    return bits;
  };
  const differ = (a, b) => {
    let n = 0;
    for (let x = a ^ b; x; x &= x - 1) n++;
    return n;
  };

  /** A word as it sounds: spellings that readers mix up become one. */
  const sound = (word) =>
    word.replace(/ph/g, "f").replace(/ae|oe/g, "e").replace(/our/g, "or").replace(/ck|q|c(?![eiyh])/g, "k").replace(/c(?=[eiy])/g, "s")
      .replace(/y/g, "i").replace(/z/g, "s").replace(/^[kp](?=[ns])/g, "").replace(/[ei]{2}|ea/g, "i").replace(/rh/g, "r")
      .replace(/(.)\1+/g, "$1");

  /** How many slips a word of this length may hold. */
  const slips = (length) => (length < 4 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3);

  /* ---- the index, prepared once ----------------------------------------------------------------------------------- */

  const asList = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
  const own = (map, key) => (Object.prototype.hasOwnProperty.call(map, key) ? map[key] : undefined);

  let extra = null; // what search/data.js holds: null before it came, {} when it cannot come
  let prepared = new WeakMap();
  const prepare = (index) => {
    if (prepared.has(index)) return prepared.get(index);
    const { ties = {}, version } = extra || {};
    const ours = version && version === index.handbook?.version ? ties : {}; // pages are named by number: never mix two builds
    const common = new Set(index.handbook?.common || []); // stems of half of the pages: kept as words, without their pages
    const count = index.docnames.length;
    const idf = (df) => Math.log((count + 1) / (df + 0.5));
    const forms = new Map(); // word or stem → how often it heads something; the vocabulary for repairs
    const learn = (word, weight) => { if (word.length > 2 && !/^\d+$/.test(word)) forms.set(word, Math.max(forms.get(word) || 0, weight)); };

    const titles = index.titles.map((title) => new Set(words(title).filter((w) => !isLight(w)).map(stem)));
    index.titles.forEach((title) => words(title).forEach((w) => learn(w, 3)));
    const titleDf = new Map();
    titles.forEach((set) => set.forEach((s) => titleDf.set(s, (titleDf.get(s) || 0) + 1)));

    const headings = [];
    for (const [text, places] of Object.entries(index.alltitles)) {
      const list = words(text);
      list.forEach((w) => learn(w, 2));
      const clauses = text.split(/[,;?:]/).map((c) => words(c).filter((w) => !isLight(w)).map(stem)).filter((c) => c.length);
      for (const [doc, id] of places) if (id && !/^id\d+$/.test(id)) headings.push({ doc, id, text, clauses, stems: new Set(list.filter((w) => !isLight(w)).map(stem)) });
    }

    const names = Object.keys(index.indexentries).sort();
    const glossary = names.map((text, n) => {
      const [doc, id] = index.indexentries[text][0];
      const list = words(text);
      list.forEach((w) => learn(w, 3));
      return { doc, id, text, stems: list.map(stem), page: (ours.glossary || [])[n] ?? -1 };
    });

    const aliases = [];
    for (const [doc, weight, means, list] of ours.aliases || []) {
      for (const text of list) {
        const parts = words(text).filter((w) => !/^(?:an?|the|my|your|it|this|that)$/.test(w));
        parts.forEach((w) => learn(w, 4));
        aliases.push({ doc, weight, means, text, stems: parts.map(stem) });
      }
    }
    // Each entry of the glossary names the page that explains it: a tie that nobody had to list.
    for (const g of glossary) if (g.page >= 0) aliases.push({ doc: g.page, weight: 0.6, means: "", text: g.text, stems: g.stems, quiet: true });

    const focus = (ours.focus || []).map((line) => new Map(line.split(" ").filter(Boolean).map((s, n) => [s, 1 / (1 + n / 6)])));
    const focusDf = new Map();
    focus.forEach((map) => map.forEach((_, s) => focusDf.set(s, (focusDf.get(s) || 0) + 1)));
    for (const s of new Set([...Object.keys(index.terms), ...Object.keys(index.titleterms), ...common])) learn(s, 1);

    const known = (s) => own(index.terms, s) !== undefined || own(index.titleterms, s) !== undefined || common.has(s) || tied.has(s);
    const tied = new Set(aliases.flatMap((a) => a.stems).concat(glossary.flatMap((g) => g.stems)));
    const vocabulary = [...forms].map(([word, weight]) => ({ word, weight, stem: weight === 1 || known(word) ? word : stem(word), sound: "", letters: letters(word) }));
    const shown = new Map(); // stem → a whole word that a reader knows
    for (const { word, weight, stem: s } of vocabulary) if (weight > 1 && !shown.has(s)) shown.set(s, word);

    const data = { index, ours, common, count, idf, titles, titleDf, headings, glossary, aliases, focus, focusDf, known, vocabulary, shown, repairs: new Map(), places: new Map() };
    prepared.set(index, data);
    return data;
  };

  /** Documents that hold a stem, with the weight of the strongest place: 3 headings, 1 text. */
  const postings = (data, s) => {
    if (data.places.has(s)) return data.places.get(s);
    const found = new Map();
    asList(own(data.index.terms, s)).forEach((d) => found.set(d, 1));
    asList(own(data.index.titleterms, s)).forEach((d) => found.set(d, 3));
    data.places.set(s, found);
    return found;
  };

  /** How rare a stem is: near 0 on every page, above 4 on one of a hundred. */
  const rarity = (data, s) => (data.common.has(s) ? 0.35 : Math.max(0.05, data.idf(postings(data, s).size)));

  /* ---- understanding a query -------------------------------------------------------------------------------------- */

  /** The nearest word of the handbook for one that it does not hold, or null. */
  const repair = (data, word) => {
    if (data.repairs.has(word)) return data.repairs.get(word);
    const heard = sound(word), root_ = stem(word), max = slips(word.length), bits = letters(word);
    let best = null, least = Infinity;
    if (max && !/\d/.test(word)) {
      for (const v of data.vocabulary) {
        const longer = word.length - v.word.length;
        if (longer < -max || longer > max + 3 || differ(bits, v.letters) > 2 * max + 1) continue;
        v.sound ||= sound(v.word);
        // A word whose first two letters and whose first sound are all wrong is not looked for.
        if (v.word[0] !== word[0] && v.word[1] !== word[1] && v.word[0] !== word[1] && v.word[1] !== word[0] && v.sound[0] !== heard[0]) continue;
        let d = distance(word, v.word, max);
        if (d > 1) {
          // A stem of the index lacks its ending: compare it with the stem and with the beginning of the typed word.
          if (v.weight === 1) d = Math.min(d, distance(root_, v.word, max), longer > 0 && v.word.length > 4 ? distance(word.slice(0, v.word.length), v.word, max) + 0.6 : max + 1);
          if (v.sound.length > 3 && longer <= max) d = Math.min(d, distance(heard, v.sound, Math.min(max, 2)) + 0.5);
        }
        if (d > max || (d > 1.6 && word.length < 7)) continue;
        const cost = d + (v.word[0] === word[0] ? 0 : 0.7) - v.weight * 0.12 - Math.log(1 + postings(data, v.stem).size) * 0.06 + Math.abs(longer) * 0.02;
        if (cost < least) { least = cost; best = v; }
      }
    }
    data.repairs.set(word, best);
    return best;
  };

  const display = (data, s) => data.shown.get(s) || s.replace(/i$/, "y");

  /** Find aliases in the words: a run of the alias's stems, with at most three light words between two of them. */
  const ties = (data, list) => {
    const found = [];
    const at = list.map((w) => w.stem);
    for (const alias of data.aliases) {
      const first = at.indexOf(alias.stems[0]);
      for (let start = first; start >= 0; start = at.indexOf(alias.stems[0], start + 1)) {
        const used = [start];
        let gap = 0;
        for (let i = start + 1; i < at.length && used.length < alias.stems.length && gap <= 3; i++) {
          if (at[i] === alias.stems[used.length]) { used.push(i); gap = 0; }
          else if (isLight(list[i].fixed)) gap++;
          else break;
        }
        if (used.length === alias.stems.length) { found.push({ alias, used }); break; }
      }
    }
    // The longest alias of a place wins over the shorter ones inside it, so that "drug test" is not read as "drug".
    return found.filter((f) => !found.some((g) => g !== f && (f.alias.quiet || !g.alias.quiet) && g.used.length > f.used.length && f.used.every((i) => g.used.includes(i))));
  };

  /** Read a query: words with repairs, ties to pages, concepts to look for, and notes on what was understood. */
  const understand = (data, query, typing) => {
    const notes = [];
    let typed = words(query).slice(0, MAX_WORDS);
    // Two words that are one in the handbook, and one word that is two.
    for (let i = 0; i + 1 < typed.length; i++) {
      const joined = typed[i] + typed[i + 1];
      if ((!data.known(stem(typed[i])) && !isLight(typed[i])) || (!data.known(stem(typed[i + 1])) && !isLight(typed[i + 1]))) {
        if (joined.length > 5 && data.known(stem(joined))) typed.splice(i, 2, joined);
      }
    }
    typed = typed.flatMap((w) => {
      if (w.length < 7 || data.known(stem(w)) || isLight(w)) return [w];
      for (let i = 3; i <= w.length - 3; i++) {
        const [a, b] = [w.slice(0, i), w.slice(i)];
        if (data.shown.has(stem(a)) && data.shown.has(stem(b)) && !isLight(a) && !isLight(b)) return [a, b];
      }
      return [w];
    });
    const list = typed.map((word, n) => {
      const s = stem(word);
      const entry = { word, fixed: word, stem: s, light: isLight(word), lost: false, also: [] };
      if (entry.light || data.known(s)) return entry;
      if (data.known(word)) return { ...entry, stem: word };
      const unfinished = typing && n === typed.length - 1;
      const begun = word.length > 2 ? data.vocabulary.filter((v) => v.word.startsWith(word) && (unfinished || v.word.length - word.length < 4)) : [];
      if (begun.length) {
        begun.sort((a, b) => b.weight - a.weight || a.word.length - b.word.length);
        entry.also = [...new Set(begun.slice(0, 6).map((v) => v.stem))];
        entry.stem = entry.also[0];
        return entry;
      }
      const near = repair(data, word);
      if (!near) return { ...entry, lost: true };
      const whole = near.weight > 1 ? near.word : display(data, near.stem);
      notes.push(`Showing “${whole}” for “${word}”.`);
      return { ...entry, fixed: whole, stem: near.stem, light: isLight(whole) };
    });
    const found = ties(data, list);
    const concepts = [];
    list.forEach((w, i) => {
      if (w.lost) { notes.push(`No page has “${w.word}”.`); return; }
      const mine = found.filter((f) => f.used.includes(i));
      if (w.light && !mine.some((f) => !f.alias.quiet)) return;
      const alternatives = new Map(w.light ? [] : [[w.stem, 1]]);
      w.also.forEach((s) => alternatives.set(s, alternatives.get(s) || 0.7));
      for (const { alias } of mine) {
        const means = words(alias.means).filter((m) => !isLight(m)).map(stem);
        const telling = means.filter((m) => !data.common.has(m)); // "pain" in "nerve pain" would stand for every page
        for (const m of telling.length ? telling : means) if (!alternatives.has(m)) alternatives.set(m, 0.6);
      }
      concepts.push({ word: w.word, stem: w.stem, light: w.light, alternatives });
    });
    for (const { alias } of found) {
      const means = words(alias.means).map(stem);
      if (!means.length || alias.stems.some((s) => means.includes(s)) || notes.length > 3 || notes.some((n) => n.includes(`“${alias.means}”`))) continue;
      const held = alias.stems.every((s) => data.common.has(s) || postings(data, s).size);
      if (held && alias.weight <= 1) continue;
      notes.push(held ? `Also showing “${alias.means}”.` : `Showing “${alias.means}” for “${alias.text}”.`);
    }
    // A question of light words only ("how does it work") still deserves an answer: then they count.
    if (!concepts.length) list.forEach((w) => { if (w.word === "ketamine" || w.word === "ket") concepts.push({ word: w.word, stem: stem("ketamine"), light: false, alternatives: new Map([[stem("ketamine"), 1]]) }); });
    return { typed, list, ties: found, concepts, notes, asks: typed.length > 1 && ASKS.test(typed[0]), means: MEANS.test(query.toLowerCase()), lost: list.filter((w) => w.lost).length };
  };

  /* ---- ranking ---------------------------------------------------------------------------------------------------- */

  const TITLE = 10, FOCUS = 6, HEADING = 2.5, BODY = 1, TIE = 26;

  /** Points of every page for what was understood: rare words first, most of the words, headings over text, ties over all. */
  const rankPages = (data, understood, exact) => {
    const { concepts, ties: found } = understood;
    const points = new Map(), covered = new Map();
    let whole = 0;
    const add = (map, doc, n) => map.set(doc, (map.get(doc) || 0) + n);
    for (const concept of concepts) {
      const best = new Map();
      // A word inside a longer phrase ("work" in "does it work") says less by itself.
      const mine = found.filter((f) => !f.alias.quiet && f.used.some((i) => understood.list[i].word === concept.word));
      const alone = mine.some((f) => f.used.length > 1) ? 0.4 : 1;
      let rarest = 0;
      for (const [s, weight] of concept.alternatives) {
        const places = new Map(postings(data, s));
        data.focus.forEach((map, d) => { if (map.has(s) && !places.has(d)) places.set(d, 1); });
        const rare = rarity(data, s);
        if (weight === 1 && (places.size || data.common.has(s))) rarest = rare;
        for (const [doc, strength] of places) {
          let n = (strength > 1 ? HEADING : BODY) * rare;
          if (data.titles[doc].has(s)) n += TITLE * Math.max(0.3, data.idf(data.titleDf.get(s)));
          const f = data.focus[doc]?.get(s);
          if (f) n += FOCUS * f * Math.max(0.2, data.idf(data.focusDf.get(s))) * 0.5;
          best.set(doc, Math.max(best.get(doc) || 0, n * weight * (mine.some((f) => f.alias.doc === doc) ? 1 : alone)));
        }
      }
      const size = concept.light ? 0.3 : Math.max(0.1, rarest || 2);
      whole += size;
      best.forEach((n, doc) => { add(points, doc, n); add(covered, doc, size); });
      for (const { alias, used } of found) {
        if (used.some((i) => understood.list[i].word === concept.word) && !best.has(alias.doc)) add(covered, alias.doc, size);
      }
    }
    for (const { alias, used } of found) add(points, alias.doc, TIE * alias.weight * (0.8 + 0.2 * used.length));
    exact.forEach((doc) => add(points, doc, 1));
    const out = [];
    for (const [doc, n] of points) {
      const share = whole ? Math.min(1, (covered.get(doc) || 0) / whole) : 1;
      out.push({ doc, points: n * (0.25 + 0.75 * share) * ((data.ours.rank || [])[doc] ?? 1) });
    }
    return out.sort((a, b) => b.points - a.points || a.doc - b.doc);
  };

  /** How well a heading answers: the share of the query that it holds, and the share of one of its clauses that was asked for. */
  const fit = (data, heading, concepts) => {
    const real = concepts.filter((c) => !c.light);
    if (!real.length) return { asked: 0, answered: 0 };
    const weigh = (s) => Math.max(0.1, rarity(data, s));
    let have = 0, all = 0;
    const hit = new Set();
    for (const c of real) {
      const w = weigh(c.stem);
      all += w;
      const match = [...c.alternatives.keys()].find((s) => heading.stems.has(s));
      if (match) { have += w * (match === c.stem ? 1 : 0.9); hit.add(match); }
    }
    const answered = Math.max(0, ...heading.clauses.map((clause) => {
      const sum = clause.reduce((n, s) => n + weigh(s), 0);
      return sum ? clause.filter((s) => hit.has(s)).reduce((n, s) => n + weigh(s), 0) / sum : 0;
    }));
    return { asked: have / all, answered };
  };

  /** Search: results best first, each as Sphinx has them ([docname, title, anchor, descr, score, filename, kind]), and notes. */
  const rank = (index, query, { typing = false, sphinx = () => [] } = {}) => {
    const data = prepare(index);
    const understood = understand(data, query, typing);
    const { concepts, notes } = understood;
    if (!concepts.length && !understood.ties.length) return { results: [], notes, highlight: new Set() };
    const fixed = understood.list.filter((w) => !w.light && !w.lost).map((w) => w.stem);
    const rare = fixed.filter((s) => !data.common.has(s));
    const stock = rare.length ? sphinx(understood.list.filter((w) => !w.lost).map((w) => w.fixed).join(" "), new Set(rare)) : [];
    const order = new Map(index.docnames.map((name, n) => [name, n]));
    const pages = rankPages(data, understood, new Set(stock.map((r) => order.get(r[0])).filter((d) => d !== undefined)));

    const row = (doc, title, anchor, score, kind) => [index.docnames[doc], title, anchor, null, score, index.filenames[doc], kind];
    const answering = (name) => /^faq(\/|$)/.test(name), glossary = order.get("glossary");
    const sought = concepts.flatMap((c) => [...c.alternatives.keys()]);
    const results = [];
    for (const { doc, points } of pages.slice(0, SHOWN)) {
      // A section whose heading says more of the query than the page's title is the better place to land.
      let anchor = "", title = index.titles[doc], most = 0.45;
      if (!answering(index.docnames[doc]) && doc !== glossary) {
        const named = fit(data, { stems: data.titles[doc], clauses: [[...data.titles[doc]]] }, concepts).asked;
        for (const h of data.headings) {
          if (h.doc !== doc || !sought.some((s) => h.stems.has(s))) continue;
          const f = fit(data, h, concepts);
          if (f.asked > named + 0.3 && f.asked * f.answered > most) { most = f.asked * f.answered; anchor = `#${h.id}`; title = `${index.titles[doc]} > ${h.text}`; }
        }
      }
      results.push(row(doc, title, anchor, points, anchor ? "title" : "text"));
    }

    // Questions and answers: first where the heading is what was asked and its page is among the best; else among the pages.
    const answers = data.headings.filter((h) => answering(index.docnames[h.doc]) && (!data.ours.faq || own(data.ours.faq, h.id))).map((h) => ({ h, ...fit(data, h, concepts) }))
      .filter((a) => a.asked >= 0.6 && a.answered >= 0.3).sort((a, b) => b.asked * b.answered - a.asked * a.answered).slice(0, 2);
    const top = pages.slice(0, 3).map((p) => p.doc);
    answers.reverse().forEach((a, n) => {
      const tied = (data.ours.faq || {})[a.h.id] || [];
      const last = n === answers.length - 1;
      const first = last && understood.asks && !understood.lost && a.asked > 0.95 && a.answered > 0.5 && tied.some((d) => top.includes(d));
      const place = first ? 0 : Math.min(results.length, last ? 2 : 4);
      results.splice(place, 0, row(a.h.doc, a.h.text, `#${a.h.id}`, 0, "answer"));
    });

    // The glossary: first where a word is asked for that no page is named after; else next to the best page.
    const asked = understood.list.filter((w) => !w.light || w.word === "ketamine").map((w) => w.stem).join(" ");
    const term = data.glossary.find((g) => g.stems.join(" ") === asked) ||
      data.glossary.find((g) => g.stems.join(" ") === understood.list.map((w) => w.stem).join(" ")) ||
      (understood.means ? data.glossary.filter((g) => g.stems.every((s) => fixed.includes(s))).sort((a, b) => b.stems.length - a.stems.length)[0] : undefined);
    if (term) {
      const titled = (doc, s) => doc >= 0 && s !== "pain" && s !== stem("ketamine") && data.titles[doc].has(s);
      const named = understood.ties.some((f) => !f.alias.quiet) || term.stems.some((s) => titled(term.page, s)) ||
        (pages.length && concepts.every((c) => [...c.alternatives.keys()].some((s) => titled(pages[0].doc, s))));
      const second = results[0]?.[6] === "answer" ? 2 : 1;
      results.splice(!named || understood.means ? 0 : Math.min(second, results.length), 0, row(term.doc, term.text, `#${term.id}`, 0, "term"));
      if (term.page >= 0 && !notes.length && !results.slice(0, 3).some((r) => r[0] === index.docnames[term.page]))
        results.splice(1, 0, row(term.page, index.titles[term.page], "", 0, "text"));
    }
    // The lists of words and of questions stand for themselves only when nothing in them was shown.
    const seen = new Set();
    let out = results.filter((r) => {
      const key = r[0] + (r[6] === "answer" || r[6] === "term" ? r[2] : "");
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    if (out.some((r) => r[6] === "answer")) out = out.filter((r) => !answering(r[0]) || r[6] === "answer");
    if (out.some((r) => r[6] === "term")) out = out.filter((r) => r[0] !== "glossary" || r[6] === "term");
    if (!out.length) out = [...stock].reverse();
    out = out.slice(0, SHOWN);
    out.forEach((r, n) => { r[4] = out.length - n; });
    return { results: out, notes, highlight: new Set(concepts.filter((c) => !c.light).flatMap((c) => [...c.alternatives.keys()])) };
  };

  /* ---- showing results -------------------------------------------------------------------------------------------- */

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const root = () => document.documentElement.dataset.content_root || "./";
  const address = ([docname, , anchor, , , filename]) => {
    const options = typeof DOCUMENTATION_OPTIONS === "undefined" ? {} : DOCUMENTATION_OPTIONS;
    const path = options.BUILDER === "dirhtml" ? `${docname}/`.replace(/(^|\/)index\/$/, "$1") : docname + (options.LINK_SUFFIX ?? ".html");
    return root() + path + anchor;
  };

  /** The line of a page that says most about the query. */
  const extract = ([docname, , anchor, , , , kind], highlight) => {
    const extracts = extra?.extracts;
    if (!extracts) return "";
    const id = anchor.slice(1);
    if (kind === "answer") return own(extracts.faq, id) || "";
    if (kind === "term") return extracts.terms[own(extracts.term, id)] || "";
    const lines = own(extracts.pages, docname) || [];
    let best = lines[0] || "", most = 0;
    for (const line of lines.slice(1)) {
      const here = new Set(words(line).map(stem));
      const n = [...highlight].filter((s) => here.has(s)).length;
      if (n > most) { most = n; best = line; }
    }
    return best;
  };
  /** Text with the words that were looked for marked; text nodes and <mark> only. */
  const marked = (text, highlight) => {
    const out = document.createDocumentFragment();
    for (const part of text.split(/([\p{Letter}\p{Number}]+)/u)) {
      const word = part.toLowerCase();
      out.append(part && !isLight(word) && highlight.has(stem(word)) ? make("mark", "", part) : document.createTextNode(part));
    }
    return out;
  };
  const KIND = { answer: "Question and answer", term: "Glossary" };
  /** Where a page stands: the title of its part. */
  const part = (index, docname, kind) => {
    if (KIND[kind]) return KIND[kind];
    const n = index.docnames.indexOf(`${docname.split("/")[0]}/index`);
    return n < 0 || index.docnames[n] === docname ? "" : index.titles[n];
  };

  const shown = new WeakMap(); // box → what it shows

  /** The parts of one list of results; made once, so that the status is a live region before it speaks. */
  const frame = (box) => {
    if (shown.has(box) && box.contains(shown.get(box).list)) return shown.get(box);
    box.textContent = "";
    const status = make("p", "search-summary");
    status.setAttribute("role", "status");
    const list = make("ul", "search");
    list.setAttribute("role", "list");
    box.append(status, list);
    const state = { status, list, query: "", timer: 0 };
    shown.set(box, state);
    return state;
  };

  /** Show the results of a query in a box; `typing` while the last word may be unfinished. */
  const show = (query, box, typing = false) => {
    if (!box) return;
    const state = frame(box);
    state.query = query;
    box.classList.remove("empty");
    if (!query.trim()) {
      state.status.textContent = state.list.textContent = "";
      box.classList.add("empty");
      return;
    }
    if (!loaded()) { state.status.textContent = "Loading the search words …"; state.waits = typing; return; }
    state.waits = undefined;
    // While someone types, screen readers wait for a pause.
    if (typing) {
      state.status.setAttribute("aria-busy", "true");
      clearTimeout(state.timer);
      state.timer = setTimeout(() => state.status.removeAttribute("aria-busy"), 500);
    } else state.status.removeAttribute("aria-busy");
    const found = search(query, typing), { notes, highlight } = found;
    const results = typing ? found.results.slice(0, SHOWN_TYPING) : found.results;
    const line = results.length
      ? `${found.results.length > results.length ? "Best " : ""}${results.length} result${results.length === 1 ? "" : "s"} for “${query.trim().slice(0, MAX_CHARS)}”.`
      : `Nothing found for “${query.trim().slice(0, MAX_CHARS)}”. Try one word: a kind of pain, a medicine or an effect.`;
    state.status.textContent = [line, ...notes].join(" ");
    const rows = results.map((result) => {
      const item = make("li", `kind-${result[6]}`);
      const link = item.appendChild(make("a", "", result[1]));
      link.href = address(result);
      const where = part(Search._index, result[0], result[6]);
      if (where) item.append(" ", make("span", "search-part", where));
      const text = extract(result, highlight);
      if (text) item.appendChild(make("p", "context")).append(marked(text, highlight));
      return item;
    });
    state.list.replaceChildren(...rows);
  };

  /* ---- on top of Sphinx ------------------------------------------------------------------------------------------- */

  let stock = null;
  const parse = (query) => {
    const list = words(query);
    const kept = list.filter((w) => !isLight(w));
    return [query, new Set(kept.map(stem)), new Set(), new Set(kept), new Set(list)];
  };
  const search = (query, typing) =>
    rank(Search._index, query, { typing, sphinx: (text, set) => stock(text, set, new Set(), new Set(), new Set()) });

  const boxes = () => [...document.querySelectorAll("#search-results, .handbook-results")];
  const isSearchPage = () => /(^|\/)search(\.html|\/)?$/.test(location.pathname);

  /** The box that belongs to a field: in its dialog, on the search page, or made right after its form. */
  const boxOf = (field) => {
    const dialog = field.closest("dialog");
    const found = dialog ? dialog.querySelector("#search-results, .handbook-results") : document.querySelector(":not(dialog) > #search-results");
    if (found) return found;
    const form = field.closest("form");
    if (!dialog && form?.nextElementSibling?.matches(".handbook-results")) return form.nextElementSibling;
    const box = make("section", "handbook-results");
    box.setAttribute("aria-label", "Search results");
    if (dialog) dialog.append(box);
    else (form || field).after(box);
    return box;
  };

  const loaded = () => typeof Search !== "undefined" && Search.handbook && Search.hasIndex() && extra !== null;
  const setData = (data) => {
    extra = data;
    prepared = new WeakMap();
    begin();
  };
  const loadData = () => {
    const version = Search._index.handbook?.version;
    if (extra || document.querySelector("script[data-handbook-search]")) return;
    if (!version) { setData({}); return; }
    const script = make("script");
    script.dataset.handbookSearch = "";
    script.src = `${root()}_static/search/data.js?v=${version}`;
    script.onerror = () => setData({}); // the search still works, without ties and extracts
    document.head.append(script);
  };

  /** Put our functions in the place of Sphinx's; does nothing until Sphinx's are there, and nothing twice. */
  const patch = () => {
    if (typeof Search === "undefined" || Search.handbook || typeof stopwords === "undefined" || typeof Stemmer === "undefined") return;
    Search.handbook = true;
    stock = Search._performSearch.bind(Search);
    const setIndex = Search.setIndex.bind(Search);
    Search._parseQuery = parse;
    Search._performSearch = (query, terms, excluded, high) => {
      const { results, notes, highlight } = search(query, false);
      Search.handbookNotes = notes;
      if (terms && high) { terms.clear(); high.clear(); highlight.forEach((s) => { terms.add(s); high.add(s); }); }
      return [...results].reverse(); // Sphinx takes the best from the end
    };
    Search.performSearch = (query) => show(query, document.getElementById("search-results"));
    Search.query = Search.performSearch;
    Search.setIndex = (index) => {
      Search._queued_query = null;
      setIndex(index);
      ready();
    };
    Search.stopPulse();
    if (Search.hasIndex()) ready();
    else if (document.readyState !== "loading") begin();
  };

  /** The index is there: show what waits for it, and what the address or a field asks for. */
  const ready = () => {
    loadData();
    begin();
  };
  /** Work out how words sound a few at a time, so that the first slip of a reader need not wait for all of them. */
  const warm = (vocabulary, from = 0) => {
    for (const v of vocabulary.slice(from, from + 400)) v.sound ||= sound(v.word);
    if (from + 400 < vocabulary.length) setTimeout(warm, 0, vocabulary, from + 400);
  };
  const begin = () => {
    if (document.readyState === "loading" || typeof Search === "undefined" || !Search.handbook) return;
    if (loaded() && !prepared.has(Search._index)) warm(prepare(Search._index).vocabulary);
    const fromHash = /^#q=(.*)$/s.exec(location.hash);
    let asked = new URLSearchParams(location.search).get("q") || "";
    if (fromHash) try { asked = decodeURIComponent(fromHash[1].replace(/\+/g, " ")); } catch { asked = ""; }
    const page = isSearchPage() ? document.querySelector(":not(dialog) > #search-results") : null;
    if (page && asked && !shown.has(page)) { // not again: by then the reader may have typed something else
      document.querySelectorAll('input[name="q"]').forEach((field) => { field.value = asked; });
      show(asked, page);
    }
    for (const field of document.querySelectorAll('dialog[open] input[name="q"]')) if (field.value) show(field.value, boxOf(field), true);
    for (const box of boxes()) { const state = shown.get(box); if (state?.waits !== undefined) show(state.query, box, state.waits); }
  };

  const isField = (target) => target instanceof HTMLInputElement && target.name === "q";
  document.addEventListener("input", (event) => {
    if (!isField(event.target)) return;
    const query = event.target.value;
    show(query, boxOf(event.target), true);
    // The part of an address after # is never sent to a server; it lets “back” return to these results.
    if (isSearchPage() && !event.target.closest("dialog")) try { history.replaceState(null, "", `#q=${encodeURIComponent(query)}`); } catch { /* some file: pages forbid it */ }
  });
  document.addEventListener("keyup", (event) => { if (isField(event.target)) event.stopPropagation(); }, true); // the theme's slower search-as-you-type
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.('input[name="q"]');
    if (!field) return;
    event.preventDefault(); // a form would send the words to the host of this copy
    const box = boxOf(field);
    show(field.value, box);
    box.querySelector("li a")?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const box = isField(event.target) ? boxOf(event.target) : event.target.closest?.("#search-results, .handbook-results");
    if (!box || !shown.has(box)) return;
    const links = [...box.querySelectorAll("li a")];
    const here = links.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: here < 0 ? undefined : 0, End: here < 0 ? undefined : links.length - 1 }[event.key];
    if (to === undefined || !links.length || (event.key === "ArrowUp" && here < 0)) return;
    event.preventDefault();
    if (to >= 0) links[Math.min(to, links.length - 1)].focus();
    else (box.closest("dialog") || document).querySelector('input[name="q"]')?.focus();
  });

  window.HandbookSearch = {
    words, distance, sound, rank, show, understand: (query, typing) => understand(prepare(Search._index), query, typing),
    setData,
  };
  patch();
  document.addEventListener("load", patch, true); // scripts that come later
  document.addEventListener("DOMContentLoaded", () => { patch(); begin(); });
})();
