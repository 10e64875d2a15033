"""gui.editors"""
