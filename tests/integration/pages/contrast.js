// Gives the texts of the page that are hard to read, each with its contrast to what is behind it (WCAG 2.2, 1.4.3).
function numbers(colour) {
    const found = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(") ? found.slice(0, 3).map((value) => value * 255).concat(found.slice(3)) : found;
}
function behind(element) {
    for (let one = element; one; one = one.parentElement) {
        const colour = numbers(getComputedStyle(one).backgroundColor);
        if (colour.length < 4 || colour[3] > 0) {
            return colour;
        }
    }
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const follows = getComputedStyle(document.documentElement).colorScheme.includes("dark");
    return isDark && follows ? [18, 18, 18] : [255, 255, 255];
}
function light(colour) {
    const parts = colour.slice(0, 3).map((value) => value / 255);
    const linear = parts.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}
function contrast(one, other) {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const poor = [];
while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && element.checkVisibility() && !element.closest("script, style")) {
        const ratio = contrast(numbers(getComputedStyle(element).color), behind(element));
        if (ratio < 4.5) {
            poor.push(`${walker.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
        }
    }
}
return poor;
