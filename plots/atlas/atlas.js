// Sorts the table of all numbers within each transport when a head is pressed.
(() => {
	"use strict";
	const table = document.getElementById("numbers-table");
	const heads = [...table.tHead.rows[0].cells];
	const number = (row, at, name) => {
		const text = row.cells[at].dataset[name];
		return text === undefined ? NaN : Number(text);
	};
	const name = row => row.cells[0].textContent;
	// Rows without a number come last, whatever the direction.
	const compare = (a, b, at, down) => {
		if (at > 0) {
			const x = number(a, at, "value"), y = number(b, at, "value");
			if (isNaN(x) !== isNaN(y)) return isNaN(x) ? 1 : -1;
			if (!isNaN(x) && x !== y) return down ? y - x : x - y;
			return name(a).localeCompare(name(b));
		}
		return (down ? -1 : 1) * name(a).localeCompare(name(b));
	};
	const sort = (at, down) => {
		for (const body of table.tBodies) {
			const rows = [...body.rows].slice(1).sort((a, b) => compare(a, b, at, down));
			rows.forEach((row, i) => {
				for (const cell of row.cells) delete cell.dataset.tied;
				body.append(row);
				if (at === 0 || i === 0) return;
				const above = rows[i - 1];
				if (number(row, at, "low") <= number(above, at, "high") && number(row, at, "high") >= number(above, at, "low")) row.cells[at].dataset.tied = "";
			});
		}
		heads.forEach((head, i) => {
			if (i === at) head.ariaSort = down ? "descending" : "ascending";
			else head.removeAttribute("aria-sort");
		});
	};
	heads.forEach((head, at) => {
		const button = document.createElement("button");
		button.type = "button";
		button.append(...head.childNodes);
		button.addEventListener("click", () => sort(at, head.getAttribute("aria-sort") === "ascending"));
		head.append(button);
	});
	document.getElementById("numbers-how").hidden = false;
})();
