"""gui.qt"""
