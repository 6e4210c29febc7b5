"""Draw all of them anew."""

from handbook.figures import FOLDER, drawn

for name, text in drawn().items():
    (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(text, encoding="utf-8")
    print(FOLDER / name)
