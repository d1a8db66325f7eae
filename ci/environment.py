"""A virtual environment for a check that needs Python packages."""
import subprocess
import sys
import venv


def run_again(script, packages, folder):
    """Runs the script again with the packages, and `--inside` in front of its arguments; or gives None and the reason why that cannot be."""
    environment = folder / "venv"
    try:
        venv.create(environment, with_pip=True)
        python = environment / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True, timeout=600, capture_output=True, text=True)
    except (subprocess.SubprocessError, OSError) as error:
        return None, (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
    return subprocess.run([python, script, "--inside", *sys.argv[1:]]).returncode, None
