"""gui.nas"""
