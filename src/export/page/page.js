(function () {
'use strict';
var data = JSON.parse(document.getElementById('data').textContent);
var states = data.states, last = states.length - 1, at = 0, timer = 0;
function by(id) { return document.getElementById(id); }
var lines = by('screen').querySelectorAll('g'), items = by('words').querySelectorAll('li');

/* Each state has the rows that differ from the state before: here every state has all of them. */
var rows = [];
states.forEach(function (state, n) {
	var all = n ? rows[n - 1].slice() : [];
	state.rows.forEach(function (pair) { all[pair[0]] = pair[1]; });
	rows.push(all);
});

function row_of(number) {
	return data.rows[number].map(function (element) { return data.elements[element]; }).join('');
}

/* What a state says under a heading, or '': a caption, a mark. */
function said(n, kind) {
	var found = items[n].querySelector('.' + kind);
	return found ? found.textContent : '';
}

function name_of(n) {
	return states[n].event < 0 ? 'start' : 'event ' + states[n].event;
}

function show(n) {
	n = Math.max(0, Math.min(last, n));
	for (var y = 0; y < lines.length; y++)
		if (lines[y].dataset.row !== String(rows[n][y])) {
			lines[y].dataset.row = rows[n][y];
			lines[y].innerHTML = row_of(rows[n][y]);
		}
	at = n;
	by('screen').querySelector('title').textContent = document.title + ', ' + name_of(n);
	by('said').innerHTML = items[n].innerHTML;
	by('scrub').value = n;
	by('scrub').setAttribute('aria-valuetext', name_of(n));
	by('where').textContent = name_of(n);
	by('play').textContent = timer ? 'pause' : 'play';
}

function find(from, step, wanted) {
	for (var n = from + step; n >= 0 && n <= last; n += step)
		if (wanted(n))
			return n;
	return step < 0 ? 0 : last;
}

function is_caption(n) { return said(n, 'caption'); }
function is_mark(n) { return said(n, 'mark'); }

function pause() { clearInterval(timer); timer = 0; }
function play() {
	if (timer) {
		pause();
	} else {
		if (at === last)
			at = -1;
		timer = setInterval(function () {
			if (at + 1 >= last)
				pause();
			show(at + 1);
		}, data.pace);
	}
	show(at);
}

var moves = {
	start: function () { show(0); },
	back: function () { show(at - 1); },
	next: function () { show(at + 1); },
	end: function () { show(last); },
	'caption-back': function () { show(find(at, -1, is_caption)); },
	'caption-next': function () { show(find(at, 1, is_caption)); },
	'mark-back': function () { show(find(at, -1, is_mark)); },
	'mark-next': function () { show(find(at, 1, is_mark)); },
};
var keys = {
	Home: 'start', g: 'start', End: 'end', G: 'end', ArrowLeft: 'back', ',': 'back', ArrowRight: 'next', '.': 'next',
	PageUp: 'caption-back', PageDown: 'caption-next', '[': 'mark-back', ']': 'mark-next',
};

function move(name) { pause(); moves[name](); }

document.addEventListener('keydown', function (event) {
	var name = event.target.tagName;
	if (event.ctrlKey || event.altKey || event.metaKey || name === 'SELECT' || (name === 'INPUT' && /^Arrow|^Page|^Home|^End/.test(event.key)))
		return;
	if (event.key === ' ' && name !== 'BUTTON')
		play();
	else if (/^[0-9]$/.test(event.key))
		pause(), show(Math.round(last * event.key / 10));
	else if (keys[event.key])
		move(keys[event.key]);
	else
		return;
	event.preventDefault();
});
Object.keys(moves).forEach(function (name) {
	by(name).addEventListener('click', function () { move(name); });
});
by('play').addEventListener('click', play);
by('scrub').max = last;
by('scrub').addEventListener('input', function () { pause(); show(+this.value); });
by('marks').addEventListener('change', function () { pause(); show(+this.value); });
states.forEach(function (state, n) {
	if (!is_mark(n))
		return;
	var option = document.createElement('option');
	option.value = n;
	option.textContent = said(n, 'mark');
	by('marks').appendChild(option);
});
by('marks').hidden = by('marks').length === 1;

/* On paper: the screen at every caption, which is in it, and the one that is shown, but the first. */
addEventListener('beforeprint', function () {
	var here = at, has_captions = states.some(function (state, n) { return is_caption(n); });
	by('handout').innerHTML = '';
	states.forEach(function (state, n) {
		if (!is_caption(n) && (n !== here || (n === 0 && has_captions)))
			return;
		show(n);
		var figure = document.createElement('figure');
		figure.appendChild(by('screen').cloneNode(true)).removeAttribute('id');
		figure.insertAdjacentHTML('beforeend', '<figcaption>' + items[n].innerHTML + '</figcaption>');
		by('handout').appendChild(figure);
	});
	show(here);
});

/* #12 is event 12, or the last one before it that is there; #full a mark, #end the end. */
function follow() {
	var wanted = decodeURIComponent(location.hash.slice(1)), n = wanted === 'end' ? last : 0;
	states.forEach(function (state, i) {
		if (/^[0-9]+$/.test(wanted) ? state.event <= wanted : wanted && said(i, 'mark') === wanted)
			n = i;
	});
	pause();
	show(n);
}
addEventListener('hashchange', follow);
follow();
})();
