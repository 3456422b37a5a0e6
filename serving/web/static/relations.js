// Relations of a case to be moved about with the mouse. The table and the drawing above say the same; without script
// this part stays closed, and nothing is fetched before it is opened.
(() => {
  const place = document.querySelector("details[data-relations]");
  if (!place) return;
  const canvas = place.querySelector(".canvas");
  const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Cytoscape writes one rule of style into the page unless it finds it there; ours stands in the stylesheet.
  const styled = Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" });

  const load = source => new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: source, onload: done, onerror: failed });
    document.head.append(script);
  });

  const elements = told => [
    ...told.nodes.map(node => ({ data: { id: node.entity_id, label: node.name, kind: node.kind, own: node.side !== "" } })),
    ...told.edges.map((edge, n) => ({
      data: { id: `edge-${n}`, source: edge.left, target: edge.right, label: edge.text[document.documentElement.lang === "en" ? "en" : "zh"], width: 1 + 3 * edge.weight },
    })),
  ];

  const looks = () => [
    { selector: "node", style: { label: "data(label)", "font-size": 12, color: token("--ink"), "background-color": token("--paper"), "border-width": 2, "border-color": token("--accent"), "text-valign": "bottom", "text-margin-y": 4 } },
    { selector: "node[?own]", style: { "background-color": token("--accent") } },
    { selector: "node[kind = 'organization'], node[kind = 'firm']", style: { shape: "rectangle" } },
    { selector: "edge", style: { width: "data(width)", "line-color": token("--rule"), "curve-style": "bezier" } },
    { selector: "edge:selected", style: { label: "data(label)", "font-size": 11, "text-wrap": "wrap", "text-max-width": 220, "line-color": token("--accent"), "text-background-color": token("--paper"), "text-background-opacity": 1 } },
  ];

  place.addEventListener("toggle", async () => {
    if (!place.open || place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const failed = place.querySelector(".failed");
    try {
      const [answer] = await Promise.all([fetch(place.dataset.relations), load(place.dataset.library)]);
      if (!answer.ok) throw new Error(answer.status);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      document.head.append(styled);
      cytoscape({ container: canvas, elements: elements(await answer.json()), style: looks(), layout: { name: "cose", animate: !still, randomize: false }, minZoom: 0.3, maxZoom: 3 });
    } catch {
      failed.hidden = false;
    }
  });
})();
