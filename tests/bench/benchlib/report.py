"""Medians, spread and ratios as one markdown table."""

from statistics import median

FLOOR = "floor"


class Samples:
    """values[(workload, figure)][peer] = one number for each round that has it."""

    def __init__(self):
        self.values = {}

    def add(self, workload, peer, figures):
        for figure, value in figures.items():
            self.values.setdefault((workload, figure), {}).setdefault(peer, []).append(value)

    def get(self, workload, figure, peer):
        return self.values.get((workload, figure), {}).get(peer, [])

    def as_json(self):
        return [
            {"workload": workload, "figure": figure, "rounds": peers}
            for (workload, figure), peers in self.values.items()
        ]


def _number(value):
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _cell(values, against):
    """median [lowest - highest] and the ratio to floor, as the median of the rounds' own ratios."""
    if not values:
        return "-"
    text = _number(median(values))
    if len(values) > 1:
        text += f" [{_number(min(values))} - {_number(max(values))}]"
    if against and len(against) == len(values) and all(against):
        text += f" **{median(v / a for v, a in zip(values, against)):.2f}x**"
    return text


def table(samples, rows, peers):
    """rows: (title, workload, figure, whether to give the ratio to floor)."""
    lines = ["| figure | " + " | ".join(peers) + " |", "|---" * (len(peers) + 1) + "|"]
    for title, workload, figure, ratio in rows:
        floor = samples.get(workload, figure, FLOOR) if ratio else None
        cells = [_cell(samples.get(workload, figure, peer), floor) for peer in peers]
        if any(cell != "-" for cell in cells):
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def add_differences(samples, peers, workloads):
    """Latency added to direct's p50, round by round."""
    for workload in workloads:
        direct = samples.get(workload, "p50_us", "direct")
        for peer in peers:
            values = samples.get(workload, "p50_us", peer)
            if peer != "direct" and len(values) == len(direct):
                for value, base in zip(values, direct):
                    samples.add(workload, peer, {"added_p50_us": value - base})


def add_growth(samples, peers, loaded, alone):
    """CPU per query with idle sessions over CPU per query without them."""
    for peer in peers:
        pairs = zip(samples.get(loaded, "cpu_us", peer), samples.get(alone, "cpu_us", peer))
        for with_idle, without in pairs:
            samples.add(loaded, peer, {"growth": with_idle / without})
