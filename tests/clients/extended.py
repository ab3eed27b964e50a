def run(directory):
    return ("extended", 0, 0, 0, {})
