"""What checks that need Python packages share: a virtual environment, the frame of such a script, a command that must succeed."""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import venv


def run(*command, allowed=(0,)):
    """What a command prints; another exit code than those allowed ends the check."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(str(part) for part in command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def main(script, description, packages, check, options=lambda parser: None):
    """The frame of a script that takes `--quarry`, and what `options(parser)` adds: `check(args, folder)` runs where the packages are; where they cannot
    be had, that is said."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quarry", required=True, type=pathlib.Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options(parser)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if args.inside:
            return check(args, folder)
        code, why = run_again(script, packages, folder)
        if code is None:
            print(f"skipped: {' '.join(packages)} cannot be installed here ({' '.join(why)})")
            return 0
        return code


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
